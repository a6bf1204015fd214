// A compare-and-set that lost: somebody else has been further with the device, and what we hold of it is not to be gone on with.
import { decodeDeviceState, encodeDeviceState } from '@tocsin/models';
import type { StateStore } from '@tocsin/state';
import { expect, test } from 'vitest';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom } from './scorer-room.ts';

//   ours      | w0 w1 w2 (lost) start over, load: nothing up to the other's frontier
//   the other |       ....................... frontier, far ahead
test('starts over from what is in the store', async () => {
  const room = await openScorerRoom();
  await room.publish(1);
  let frontierMs = 0;
  /** Another one stores the device a minute further on, right before our third store. */
  const overtaken = (real: StateStore): StateStore => {
    let stores = 0;
    return {
      ...real,
      async putIfNewer(entries) {
        if (++stores === 3) {
          const other = decodeDeviceState(entries[0].value);
          frontierMs = other.frontierMs += 60_000;
          await real.putIfNewer([{ ...entries[0], order: frontierMs, value: encodeDeviceState(other) }]);
        }
        return real.putIfNewer(entries);
      },
    };
  };
  const records = telemetry(1, 60);
  const scorer = room.scorer({ state: overtaken });
  await scorer.start();
  for (const part of [records.slice(0, 20), records.slice(20, 40), records.slice(40)]) {
    await room.send(part);
    await room.drained(scorer);
  }
  await scorer.stop();
  expect(frontierMs).toBeGreaterThan(0);
  expect(await room.metrics()).toContain('tocsin_state_conflicts_total 1');
  const lastSentMs = Math.max(...(await room.windows()).map(({ endMs }) => endMs));
  const lastStoredMs = frontierMs - 60_000;
  expect(lastSentMs).toBe(lastStoredMs);
  await room.close();
});
