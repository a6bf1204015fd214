// Which partitions kafkajs is to leave alone: those of topics somebody paused, and those whose handler just failed.
import type { Consumer } from 'kafkajs';

export type Pauses = {
  pause(topic: string): void;
  resume(topic: string): void;
  isPaused(topic: string): boolean;
  /** Leaves one partition alone for a while. */
  backOff(topic: string, partition: number, delayMs: number): void;
  isBackingOff(topic: string, partition: number): boolean;
  /** Brings a new assignment into line. Until then, and after `detach`, the consumer is not touched: it has no group to pause in. */
  attach(assignment: Readonly<Record<string, readonly number[]>>): void;
  detach(): void;
};

/** Pauses go partition by partition: kafkajs forgets that a topic is paused when one of its partitions is. */
export function consumerPauses(consumer: Pick<Consumer, 'pause' | 'paused' | 'resume'>): Pauses {
  const topics = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let assigned: Readonly<Record<string, readonly number[]>> = {};

  const keyOf = (topic: string, partition: number) => `${topic}/${partition}`;
  const isHeld = (topic: string, partition: number) => topics.has(topic) || timers.has(keyOf(topic, partition));

  function align(topic: string): void {
    const paused = consumer.paused().find((of) => of.topic === topic)?.partitions ?? [];
    for (const partition of assigned[topic] ?? []) {
      const target = [{ topic, partitions: [partition] }];
      const [shouldPause, isPaused] = [isHeld(topic, partition), paused.includes(partition)];
      if (shouldPause && !isPaused) consumer.pause(target);
      if (!shouldPause && isPaused) consumer.resume(target);
    }
  }

  return {
    pause(topic) {
      topics.add(topic);
      align(topic);
    },
    resume(topic) {
      topics.delete(topic);
      align(topic);
    },
    isPaused: (topic) => topics.has(topic),
    backOff(topic, partition, delayMs) {
      const key = keyOf(topic, partition);
      clearTimeout(timers.get(key));
      const timer = setTimeout(() => {
        timers.delete(key);
        align(topic);
      }, delayMs);
      timers.set(key, timer);
      align(topic);
    },
    isBackingOff: (topic, partition) => timers.has(keyOf(topic, partition)),
    attach(assignment) {
      assigned = assignment;
      for (const topic of Object.keys(assigned)) align(topic);
    },
    detach() {
      assigned = {};
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
