import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countFromQuestion } from './heartbeat-time.ts';

type Group = { memberId: string; coordinator: object; heartbeat(options: { interval: number }): Promise<void> };

const ConsumerGroup: new (options: object) => Group = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup.js');
const interval = 1000;

beforeEach(() => void vi.useFakeTimers({ now: 1e9 }));
afterEach(() => void vi.useRealTimers());

/** A member whose coordinator answers after so long; says how often it was asked. */
function member() {
  const asked = vi.fn<() => void>();
  const state = { answersAfterMs: 0 };
  const cluster = { committedOffsets: () => ({}), on: () => undefined };
  const logger = { namespace: () => logger };
  const instrumentationEmitter = { emit: () => undefined };
  const group = new ConsumerGroup({ retry: {}, topics: [], cluster, logger, instrumentationEmitter });
  group.memberId = 'm';
  group.coordinator = { heartbeat: async () => (asked(), vi.setSystemTime(Date.now() + state.answersAfterMs)) };
  return { asked, state, beat: () => group.heartbeat({ interval }) };
}

test('the version in use is the one that needs repair', () => {
  expect(countFromQuestion()).toBe(true);
  expect(countFromQuestion()).toBe(true);
});

test('asks once in an interval', async () => {
  const { asked, beat } = member();
  for (const ms of [interval, 1, 1, interval]) {
    vi.setSystemTime(Date.now() + ms);
    await beat();
  }
  expect(asked).toHaveBeenCalledTimes(2);
});

test('an answer that was long under way says nothing of now', async () => {
  const { asked, state, beat } = member();
  vi.setSystemTime(Date.now() + interval);
  state.answersAfterMs = 30_000;
  await beat();
  state.answersAfterMs = 0;
  await beat();
  await beat();
  expect(asked).toHaveBeenCalledTimes(2);
});

test('a clock that was set back does not make it silent', async () => {
  const { asked, beat } = member();
  vi.setSystemTime(Date.now() - 3_600_000);
  await beat();
  await beat();
  expect(asked).toHaveBeenCalledTimes(1);
});
