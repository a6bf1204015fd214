// What the windows of a log must be, computed in one pass with nothing in between: the judge of every run.
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import { decodeTelemetry, type DeviceClass, type ScoredWindow } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';
import { addReading, createDeviceWindows, type DeviceWindows } from '@tocsin/windows';
import { pump } from '../fixtures/pump-fleet.ts';

export type ExpectedWindow = { deviceId: string; startMs: number; endMs: number; features: Float32Array };

/** Every complete window of the telemetry, keyed by device and start. */
export function expectedWindows(
  records: readonly Pick<OutgoingRecord, 'value'>[],
  deviceClass: DeviceClass = pump,
): Map<string, ExpectedWindow> {
  const extract = createExtractor(createFeatureSpec(deviceClass));
  const devices = new Map<string, DeviceWindows>();
  const expected = new Map<string, ExpectedWindow>();
  records.forEach(({ value }, offset) => {
    const reading = decodeTelemetry(value!);
    const device = devices.get(reading.deviceId) ?? createDeviceWindows(reading.deviceId, deviceClass);
    devices.set(reading.deviceId, device);
    addReading(device, reading, offset, ({ outcome, window: { deviceId, startMs, endMs, samples } }) => {
      if (outcome !== 'gappy') expected.set(`${deviceId} ${startMs}`, { deviceId, startMs, endMs, features: extract(samples) });
    });
  });
  return expected;
}

/** Windows lost, wrong, in conflict with another record of the same window, and merely repeated. All but the last must be 0. */
export function judge(expected: ReadonlyMap<string, ExpectedWindow>, seen: readonly ScoredWindow[]) {
  const byKey = new Map<string, ScoredWindow>();
  const verdict = { lost: 0, wrong: 0, conflicting: 0, repeated: 0 };
  for (const window of seen) {
    const key = `${window.deviceId} ${window.startMs}`;
    const truth = expected.get(key);
    if (truth === undefined || truth.endMs !== window.endMs || !equal(truth.features, window.features)) verdict.wrong++;
    const before = byKey.get(key);
    if (before === undefined) byKey.set(key, window);
    else if (before.windowId === window.windowId && before.score === window.score && equal(before.features, window.features))
      verdict.repeated++;
    else verdict.conflicting++;
  }
  for (const key of expected.keys()) if (!byKey.has(key)) verdict.lost++;
  return verdict;
}

function equal(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
