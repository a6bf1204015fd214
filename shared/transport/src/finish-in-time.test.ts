import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { finishInTime } from './finish-in-time.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('work that ends is waited for, without a last call', async () => {
  const lastCall = vi.fn<() => void>();
  await finishInTime(Promise.resolve(), lastCall);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(lastCall).not.toHaveBeenCalled();
});

test('work that does not end hears the last call after six seconds', async () => {
  const lastCall = vi.fn<() => void>();
  void finishInTime(new Promise(() => {}), lastCall);
  await vi.advanceTimersByTimeAsync(5_999);
  expect(lastCall).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(lastCall).toHaveBeenCalledOnce();
});
