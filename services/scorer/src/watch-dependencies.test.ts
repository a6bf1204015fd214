import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchDependencies } from './watch-dependencies.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

//  second      0    2    4    6    8
//  the store   ok   ok   away away ok
test('a dependency that stops answering, or complains, is a reason until it is well again', async () => {
  const answers = [true, false, false, true];
  const store = {
    name: 'the state store',
    ping: () => (answers.shift() === true ? Promise.resolve() : Promise.reject(new Error('away'))),
  };
  const watch = watchDependencies([store], 2000, () => Date.now());
  const said: string[][] = [];
  for (let i = 0; i < 4; i++) {
    await vi.advanceTimersByTimeAsync(2000);
    said.push(watch.reasons());
    expect(watch.isUp('the state store')).toBe(watch.reasons().length === 0);
  }
  const away = (seconds: number) => [`the state store has not been well for ${seconds} s: away`];
  expect(said).toEqual([[], away(0), away(2), []]);
  watch.stop();
});
