import { createStartWatch } from '@tocsin/observability';
import { expect, test } from 'vitest';

const away = Object.assign(new Error('connect ECONNREFUSED'), { isRetriable: true });

/** A watch on a clock that only sleeping moves; `asked` notes when something was asked, and what readiness said then. */
function watchFor(giveUpMs: number) {
  let nowMs = 0;
  const said: string[] = [];
  const watch = createStartWatch({
    giveUpMs,
    note: (_, message) => void said.push(message),
    now: () => nowMs,
    sleep: async (ms) => void (nowMs += ms),
  });
  return { watch, said, now: () => nowMs };
}

test('what is away is asked again, seldom in the end, named by readiness and said every ten seconds', async () => {
  const { watch, said, now } = watchFor(60_000);
  const asked: number[] = [];
  const reasons: string[][] = [];
  const answer = await watch.reach('the log', async () => {
    asked.push(now());
    reasons.push(watch.reasons());
    if (now() < 20_000) throw away;
    return 'here';
  });
  expect(answer).toBe('here');
  expect(asked).toEqual([0, 250, 750, 1750, 3750, 7750, 12_750, 17_750, 22_750]);
  expect(reasons.at(-1)).toEqual(['the log has not answered yet: connect ECONNREFUSED']);
  expect(watch.reasons()).toEqual([]);
  expect(said).toEqual(['waiting for the log before starting', 'waiting for the log before starting']);
});

test('after the given time it is over, for everything together', async () => {
  const { watch, now } = watchFor(5_000);
  await expect(watch.reach('the log', () => Promise.reject(away))).rejects.toBe(away);
  expect(now()).toBe(3_750);
});

test('what waiting does not mend is not waited for', async () => {
  const { watch, now } = watchFor(5_000);
  await expect(watch.reach('the log', () => Promise.reject(new Error('no such user')))).rejects.toThrow('no such user');
  expect(now()).toBe(0);
});

test('what never answers is not waited for any longer than that', async () => {
  const { watch } = watchFor(20);
  const never = new Promise<never>(() => undefined);
  await expect(watch.reach('the log', () => never)).rejects.toThrow('the log has not answered in 20 ms; check that it is up');
});
