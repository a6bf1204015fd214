// Repairs how kafkajs 2.2.4, and no other version, counts the time to its next heartbeat: from the answer to the last one, by the clock on
// the wall. A process that was frozen while it waited would take the answer for one of now; after a clock that was set back the member
// would be silent until it has caught up. Source: src/consumer/consumerGroup.js.
import { partOfKafkajs } from './part-of-kafkajs.ts';

type Group = { lastRequest: number };
type Heartbeat = (this: Group, options: { interval: number }) => Promise<void>;
type GroupClass = { prototype: { heartbeat: Heartbeat } };

let asItWas: Heartbeat | null = null;

/** Puts the repaired method in place; true when it is. Leaves any other version of kafkajs as it is. */
export function countFromQuestion(): boolean {
  if (asItWas !== null) return true;
  const group = partOfKafkajs('src/consumer/consumerGroup.js');
  if (!isGroupClass(group)) return false;
  asItWas = group.prototype.heartbeat;
  group.prototype.heartbeat = repaired(asItWas);
  return true;
}

function repaired(heartbeat: Heartbeat): Heartbeat {
  return async function (this: Group, options) {
    const askedMs = Date.now();
    if (this.lastRequest > askedMs) this.lastRequest = 0;
    const before = this.lastRequest;
    await heartbeat.call(this, options);
    if (this.lastRequest !== before) this.lastRequest = Math.min(this.lastRequest, askedMs);
  };
}

function isGroupClass(value: unknown): value is GroupClass {
  return typeof value === 'function' && 'heartbeat' in value.prototype;
}
