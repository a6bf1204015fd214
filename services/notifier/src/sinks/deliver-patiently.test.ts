// How long is waited between two attempts, whatever the clock does meanwhile.
import { expect, test } from 'vitest';
import { noticeOfAlert } from '../notices/notice.ts';
import { deliverPatiently } from './deliver-patiently.ts';
import { alertOf } from './sink-room.fixture.ts';
import type { Attempt } from './sink.ts';

const hourMs = 3_600_000;

/** Attempts that end so, one after the other; what was slept, with a clock that goes `pace` times as fast as it should, or back. */
async function deliver(attempts: readonly Attempt[], pace: number) {
  let [nowMs, sleptMs, naps] = [10 * hourMs, 0, 0];
  const left = [...attempts];
  const notice = noticeOfAlert(alertOf('pump-1'), nowMs);
  const sink = { name: 'ops', deliver: async () => left.shift() ?? { outcome: 'delivered' as const } };
  const batch = { topic: 'notices', partition: 0, isStale: () => false, heartbeat: async () => undefined };
  const delivery = await deliverPatiently(sink, notice, batch, {
    giveUpMs: hourMs,
    firstPauseMs: 1000,
    longestPauseMs: 60_000,
    onFailure: () => undefined,
    ending: new AbortController().signal,
    now: () => nowMs,
    async sleep(ms) {
      if (++naps > 1000) throw new Error('it never ends');
      sleptMs += ms;
      nowMs += ms * pace;
    },
  });
  return { delivery, sleptMs };
}

const failed = (retryAfterMs?: number): Attempt => ({
  outcome: 'failed',
  reason: 'status',
  why: 'status 503',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

test.each([
  ['pauses double', [failed(), failed(), failed()], 1, 7000],
  ['as the answer says, a minute at most', [failed(5000), failed(1000 * hourMs)], 1, 65_000],
  ['a clock that is set back', [failed(5000)], -1000, 5000],
])('%s', async (_, attempts, pace, sleptMs) => {
  expect(await deliver(attempts, pace)).toEqual({ delivery: { outcome: 'delivered', attempts: attempts.length + 1 }, sleptMs });
});
