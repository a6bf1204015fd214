// `tocsin console` over a log with refused records: what it serves, what it says of them, and that it sends them again as `tocsin dlq` does.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redriveHeader } from '@tocsin/schemas';
import { openRefusedRoom, type RefusedRoom } from '../dlq/refused-room.fixture.ts';
import { createTestWorld, type TestWorld } from '../test-world.fixture.ts';

type Letters = { letters: { id: string; reason: string; redriven: { who: string } | null }[] };
type Letter = {
  now: string;
  wouldBeTaken: boolean;
  decoded: { deviceId: string; channels: { first: number[] }[] };
  hex: string[];
};
type Result = { chosen: number; sent: number; before: number; refused: { reason: string; letters: number }[] };

let room: RefusedRoom;
let world: TestWorld;
let url: string;
beforeEach(async () => {
  room = await openRefusedRoom();
  world = createTestWorld();
  await world.tocsin(`console --config ${room.config}`);
  url = world.out().trim();
  for (let kept = 0; kept < 5; await world.sleep(20)) kept = (await get<Letters>('/api/letters')).letters.length;
});
afterEach(async () => {
  world.signal('SIGTERM');
  const exitCode = await world.exited;
  room.close();
  if (exitCode !== 0) throw new Error(`ended with ${exitCode}: ${world.err()}`);
});

const get = async <T>(path: string): Promise<T> => (await (await fetch(`${url}${path}`)).json()) as T;
async function redrive(wish: object): Promise<Result> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/letters/redrive`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ ...wish, who: 'Ada' }),
  });
  return (await response.json()) as Result;
}

test('says of each whether it would be taken now, and decodes it with the eyes of the scorer', async () => {
  const taken = await get<Letter>('/api/letter?id=telemetry:0:7');
  expect(taken).toMatchObject({ wouldBeTaken: true, decoded: { deviceId: 'pump-3' } });
  expect(taken.decoded.channels[0].first[0]).toBe(1);
  const refused = await get<Letter>('/api/letter?id=telemetry:0:10');
  expect(refused).toMatchObject({ wouldBeTaken: false, decoded: null });
  expect(refused.now).toMatch(/^refused as not_finite: /);
  expect((await get<Letter>('/api/letter?id=telemetry:1:0')).hex).toEqual([expect.stringMatching(/^000000 {2}01 02 03 /)]);
});

test('sends again what would be taken, once, and says who did', async () => {
  expect(await redrive({ reason: 'unknown_class', dryRun: true })).toMatchObject({ chosen: 3, sent: 3 });
  expect(await room.telemetry()).toEqual([]);
  expect(await redrive({ ids: ['telemetry:0:7', 'telemetry:0:10'] })).toMatchObject({
    chosen: 2,
    sent: 1,
    refused: [{ reason: 'not_finite', letters: 1 }],
  });
  expect(await redrive({ reason: 'unknown_class' })).toMatchObject({ chosen: 3, sent: 2, before: 1 });
  const sent = await room.telemetry();
  expect(sent.map(({ headers }) => Buffer.from(headers[redriveHeader]).toString())).toEqual([
    'telemetry:0:7',
    'telemetry:0:8',
    'telemetry:0:9',
  ]);
  for (let told = 0; told < 3; await world.sleep(20)) {
    const { letters } = await get<Letters>('/api/letters?reason=unknown_class');
    told = letters.filter(({ redriven }) => redriven?.who === 'Ada').length;
  }
});
