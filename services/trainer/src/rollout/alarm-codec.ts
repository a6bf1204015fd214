// The stored form of what was counted, so that a trainer that starts anew goes on counting and counts nothing twice.
import type { DeviceAlarms } from './alarm-rates.ts';

/** A version that a share of the devices tries; all of them after its promotion. */
export type Trial = { version: number; share: number };

/** `lastMs`: start of the newest window that was counted. */
export type RememberedAlarms = Required<DeviceAlarms> & { lastMs: number };

type Row = [string, number, number, number, number, number, number];

const format = 'tocsin-alarms-1';

export function encodeAlarms(trial: Trial | null, devices: ReadonlyMap<string, RememberedAlarms>): Uint8Array {
  const rows = [...devices].map(([deviceId, { lastMs, hasLeft, before, after }]): Row => {
    return [deviceId, lastMs, hasLeft ? 1 : 0, before.windows, before.over, after.windows, after.over];
  });
  return new TextEncoder().encode(JSON.stringify({ format, trial, rows }));
}

/** Inverse of `encodeAlarms`. Throws an Error for anything else. */
export function decodeAlarms(bytes: Uint8Array): { trial: Trial | null; devices: Map<string, RememberedAlarms> } {
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as { format?: unknown; trial?: Trial | null; rows?: unknown };
  if (stored.format !== format) throw new Error(`alarms: their format is ${JSON.stringify(stored.format)}, expected ${format}`);
  if (!Array.isArray(stored.rows) || !stored.rows.every(isRow)) throw new Error('alarms: a row is not what was written');
  const devices = stored.rows.map(([deviceId, lastMs, hasLeft, windows, over, afterWindows, afterOver]) => {
    const after = { windows: afterWindows, over: afterOver };
    return [deviceId, { lastMs, hasLeft: hasLeft === 1, before: { windows, over }, after }] as const;
  });
  return { trial: stored.trial ?? null, devices: new Map(devices) };
}

function isRow(row: unknown): row is Row {
  return (
    Array.isArray(row) &&
    typeof row[0] === 'string' &&
    row.length === 7 &&
    row.slice(1).every((field) => typeof field === 'number')
  );
}
