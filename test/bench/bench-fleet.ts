// The fleet that the throughput bench plays: seeded pumps, their records already encoded, and a bundle fitted on them.
import { parseDeviceClass } from '@tocsin/config';
import { calibrate } from '@tocsin/decisions';
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import { adapt, checksumOf, emptySupport, encodeBundle, fitFleet, learnWindow, scoreWindow } from '@tocsin/models';
import { encodeTelemetry, type DeviceClass, type ModelAnnouncement, type ModelBundle } from '@tocsin/schemas';
import { createMachine } from '@tocsin/signals';
import type { OutgoingRecord } from '@tocsin/transport';
import { addReading, createDeviceWindows } from '@tocsin/windows';

const rateHz = 4096;
const startMs = Date.UTC(2026, 0, 1);

export const pump: DeviceClass = parseDeviceClass('pump', { channels: ['x'], rateHz });

/** One record per hop, device after device, so that every record but the first few closes one window. */
export function telemetry(devices: number, recordsPerDevice: number): OutgoingRecord[] {
  const { hop } = pump.window;
  const machines = Array.from({ length: devices }, (_, i) => createMachine({ seed: i, kind: 'pump', rateHz, channels: ['x'] }));
  const records: OutgoingRecord[] = [];
  for (let n = 0; n < recordsPerDevice; n++) {
    machines.forEach((machine, i) => {
      const deviceId = `pump-${i}`;
      const reading = { deviceId, deviceClass: 'pump', startMs: startMs + (n * hop * 1000) / rateHz, rateHz, channels: ['x'], samples: machine.frame(n * hop, hop) };
      records.push({ topic: 'telemetry', key: deviceId, value: encodeTelemetry(reading) });
    });
  }
  return records;
}

/** A closed-form bundle fitted on ten other pumps, as the trainer's first one would be. */
export function fittedBundle(): { announcement: ModelAnnouncement; bytes: Uint8Array } {
  const spec = createFeatureSpec(pump);
  const d = spec.elements.length;
  const fleet = Array.from({ length: 10 }, (_, i) => windowsOf(1000 + i, 40, d));
  const initialisation = fitFleet(fleet, d);
  const scores = fleet.map(({ deviceId, windows, n }) => {
    const support = emptySupport(d);
    const rows = Array.from({ length: n }, (_, k) => windows.subarray(k * d, (k + 1) * d));
    rows.slice(0, 10).forEach((row) => learnWindow(support, row, { reservoirWindows: 10, memoryWindows: 200 }));
    const model = adapt(initialisation, support);
    return { shots: 10, deviceId, scores: Float64Array.from(rows.slice(10), (row) => scoreWindow(model, row)) };
  });
  const metrics = { algorithm: 'closed form', backend: 'none', devicesTrained: 10, devicesHeldOut: 0, windows: 400, heldOutAuroc: { closedForm: 0.5, head: null, previous: null }, verdict: 'bench', seconds: 0 };
  const bundle: ModelBundle = { version: 1, deviceClass: 'pump', createdAtMs: startMs, spec, initialisation, calibration: calibrate(scores), metrics };
  const bytes = encodeBundle(bundle);
  const announcement = { deviceClass: 'pump', version: 1, location: 'tocsin:{pump}:bundle:1', checksum: checksumOf(bytes), specHash: spec.hash, createdAtMs: startMs, metrics };
  return { announcement, bytes };
}

function windowsOf(seed: number, n: number, d: number): { deviceId: string; windows: Float32Array; n: number } {
  const extract = createExtractor(createFeatureSpec(pump));
  const machine = createMachine({ seed, kind: 'pump', rateHz, channels: ['x'] });
  const windows = new Float32Array(n * d);
  let count = 0;
  const device = createDeviceWindows(`seen-${seed}`, pump);
  for (let i = 0; count < n; i++) {
    const samples = machine.frame(i * 512, 512);
    addReading(device, { deviceId: '', deviceClass: 'pump', startMs: startMs + (i * 512_000) / rateHz, rateHz, channels: ['x'], samples }, i, ({ outcome, window }) => {
      if (outcome === 'complete' && count < n) windows.set(extract(window.samples), d * count++);
    });
  }
  return { deviceId: `seen-${seed}`, windows, n };
}
