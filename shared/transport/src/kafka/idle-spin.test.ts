import { createRequire } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { stopIdleSpin } from './idle-spin.ts';

type Queue = {
  scheduleCheckPendingRequests(): void;
  throttleCheckTimeoutId: unknown;
  pending: unknown[];
  checkPendingRequests(): void;
  destroy(): void;
};

const load = createRequire(import.meta.url);
const RequestQueue: new (options: object) => Queue = load('kafkajs/src/network/requestQueue/index.js');
const queue = () => new RequestQueue({ logger: { debug: () => {} }, requestTimeout: 100, maxInFlightRequests: 0 });

afterEach(() => void vi.useRealTimers());

test('the version in use is the one that needs repair', () => {
  expect(stopIdleSpin()).toBe(true);
});

test('a queue with nothing pending sets no timer', () => {
  const idle = queue();
  idle.scheduleCheckPendingRequests();
  expect(idle.throttleCheckTimeoutId).toBeNull();
  idle.destroy();
});

test('a queue with something pending looks again, once', () => {
  vi.useFakeTimers();
  const busy = queue();
  busy.pending.push({});
  const check = vi.spyOn(busy, 'checkPendingRequests').mockImplementation(() => {});
  busy.scheduleCheckPendingRequests();
  busy.scheduleCheckPendingRequests();
  vi.advanceTimersByTime(50);
  expect(check).toHaveBeenCalledOnce();
  busy.destroy();
});
