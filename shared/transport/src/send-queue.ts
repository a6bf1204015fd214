// Turns overlapping sends into one delivery after the other, in the order of the calls; what waits goes together.
import type { OutgoingRecord } from './port.ts';

export type SendQueue = {
  /** Resolves when the records have been delivered; rejects when they, or what went together with them, could not be. */
  push(records: readonly OutgoingRecord[]): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
  /** Rejects whatever has not been delivered yet, and returns it; the delivery under way is not waited for. */
  abandon(error: Error): readonly OutgoingRecord[];
};

type Waiting = { records: readonly OutgoingRecord[]; resolve: () => void; reject: (error: unknown) => void };

/** `admit` refuses single sends (by rejecting) before they join the others; `deliver` takes what was admitted, in order. */
export function sendQueue(
  admit: (records: readonly OutgoingRecord[]) => Promise<void>,
  deliver: (records: readonly OutgoingRecord[]) => Promise<void>,
): SendQueue {
  let waiting: Waiting[] = [];
  let underWay: readonly Waiting[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      underWay = waiting;
      waiting = [];
      await deliverTogether(await admitted(underWay));
      underWay = [];
    }
    running = null;
  }

  async function admitted(sends: readonly Waiting[]): Promise<Waiting[]> {
    const passed: Waiting[] = [];
    for (const send of sends) {
      await admit(send.records).then(() => passed.push(send), send.reject);
    }
    return passed;
  }

  async function deliverTogether(sends: readonly Waiting[]): Promise<void> {
    if (sends.length === 0) return;
    try {
      await deliver(sends.flatMap(({ records }) => records));
      for (const { resolve } of sends) resolve();
    } catch (error) {
      for (const { reject } of sends) reject(error);
    }
  }

  return {
    push: (records) =>
      new Promise((resolve, reject) => {
        waiting.push({ records, resolve, reject });
        running ??= run();
      }),
    idle: async () => {
      await running;
    },
    abandon(error) {
      const left = [...underWay, ...waiting];
      [underWay, waiting] = [[], []];
      for (const { reject } of left) reject(error);
      return left.flatMap(({ records }) => records);
    },
  };
}
