// Repairs one defect of kafkajs 2.2.4 and of no other version: a connection with nothing to send re-arms a timer of 1 ms for
// ever (and warns of a negative timeout on Node 24). Source: kafkajs issue 1751, src/network/requestQueue/index.js.
import { partOfKafkajs } from './part-of-kafkajs.ts';

type Queue = {
  pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
};
type QueueClass = { prototype: { scheduleCheckPendingRequests(this: Queue): void } };

const retryAfterMs = 10;

/** Puts the repaired method in place; true when it is. Leaves any other version of kafkajs as it is. */
export function stopIdleSpin(): boolean {
  const queue = partOfKafkajs('src/network/requestQueue/index.js');
  if (!isQueueClass(queue)) return false;
  queue.prototype.scheduleCheckPendingRequests = checkLaterIfPending;
  return true;
}

/** As the original, but with nothing pending there is nothing to check: whoever adds a request schedules again. */
function checkLaterIfPending(this: Queue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
  const throttledMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledMs > 0 ? throttledMs : retryAfterMs,
  );
}

function isQueueClass(value: unknown): value is QueueClass {
  return typeof value === 'function' && 'scheduleCheckPendingRequests' in value.prototype;
}
