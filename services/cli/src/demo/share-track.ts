// A device's telemetry in instalments, timed by the share of its own recording: an engine of three hours and a gearbox of
// one minute then pass side by side.
import type { Reading } from '@tocsin/schemas';
import { telemetryRecord, type ReplaySource } from '@tocsin/simulator';
import type { DemoDevice } from './demo-fleet.ts';

/** Units of `dueMs` that make up a device's whole time. */
export const wholeTimeMs = 1_000_000;

export type ShareTrack = {
  device: DemoDevice;
  /** The next instalment: what was not yet played, up to a share (0..1) of the device's time. */
  upTo(share: number): ReplaySource;
};

export function createShareTrack(device: DemoDevice, topic: string): ShareTrack {
  const { startMs, endMs } = device;
  const readings = iteratorOf(device.readings());
  let reached = 0;
  let next: Reading | null = null;

  async function* instalment(
    limit: number,
  ): AsyncGenerator<{ dueMs: number; record: ReturnType<typeof telemetryRecord>['record'] }> {
    for (;;) {
      if (next === null) {
        const result = await readings.next();
        if (result.done === true) return;
        next = result.value;
      }
      const share = (next.startMs - startMs) / (endMs - startMs);
      if (share >= limit) return;
      const reading = next;
      next = null;
      yield { dueMs: share * wholeTimeMs, record: telemetryRecord(reading, topic).record };
    }
  }

  return {
    device,
    upTo(share) {
      const firstMs = reached * wholeTimeMs;
      reached = Math.max(reached, share);
      return { firstMs, lastMs: reached * wholeTimeMs, records: instalment(share) };
    },
  };
}

function iteratorOf(readings: AsyncIterable<Reading> | Iterable<Reading>): AsyncIterator<Reading> | Iterator<Reading> {
  return Symbol.asyncIterator in readings ? readings[Symbol.asyncIterator]() : readings[Symbol.iterator]();
}
