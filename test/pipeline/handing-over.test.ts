// Two scorers of one group: what one has lost to the other it does not keep.
import { expect, test } from 'vitest';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom } from './scorer-room.ts';

//   partitions  | 0 1    0   |  devices of 1 are forgotten by the one that held it, as is what it held back of the log
//   second joins        1   |
test('a partition that another scorer has taken over is forgotten with its devices', async () => {
  const room = await openScorerRoom();
  const [first, second] = [room.scorer(), room.scorer()];
  await first.start();
  await room.send(Array.from({ length: 8 }, (_, device) => telemetry(device, 4)).flat());
  await room.drained(first);
  const before = first.status().devices;
  expect([...first.status().held.keys()].sort()).toEqual(['telemetry:0', 'telemetry:1']);
  await second.start();
  await room.drained(first);
  await room.drained(second);
  const places = first.status().telemetry.assigned.map(({ topic, partition }) => `${topic}:${partition}`);
  expect(places).toHaveLength(1);
  expect([...first.status().held.keys()]).toEqual(places);
  expect(first.status().devices).toBeLessThan(before);
  await Promise.all([first.stop(), second.stop()]);
  await room.close();
});
