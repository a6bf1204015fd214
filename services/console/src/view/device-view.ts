// What the console remembers of one device, and in which state it is.
import type { Alert, DeviceClass, ScoredWindow } from '@tocsin/schemas';
import type { AdaptationEvent, DeviceStanding, FleetRow } from '../api/fleet-api.ts';
import { isPlanned } from './planned-work.ts';
import { emptyRing, traceOf, type ScoreRing } from './score-ring.ts';

export type DeviceView = {
  deviceId: string;
  deviceClass: string;
  ring: ScoreRing;
  /** The newest window, with its features. */
  latest: ScoredWindow | null;
  /** Time in the log of the newest window. */
  seenMs: number;
  /** Alerts that have not ended, by id. */
  open: Map<string, Alert>;
  /** How the device became what it is; the oldest first. */
  history: AdaptationEvent[];
};

const noGuards: ReadonlySet<string> = new Set();
/** Windows of a row's trace. */
export const traceWindows = 32;
const historyMax = 60;

export function emptyDevice(deviceId: string, deviceClass: string): DeviceView {
  return { deviceId, deviceClass, ring: emptyRing(), latest: null, seenMs: -Infinity, open: new Map(), history: [] };
}

/** Notes what a window says of how the device is getting on, beside its score. `wanted` is what its class asks for. */
export function noteProgress(device: DeviceView, scored: ScoredWindow, wanted: number): void {
  const before = device.latest;
  const atMs = scored.endMs;
  if (before === null) note(device, { atMs, kind: 'first-seen', text: 'first window that this console has seen' });
  if (before !== null && before.supportWindows < wanted && scored.supportWindows >= wanted)
    note(device, { atMs, kind: 'ready', text: `known well enough: ${scored.supportWindows} windows of its own` });
  if (before !== null && scored.modelVersion !== before.modelVersion && scored.modelVersion > 0)
    note(device, { atMs, kind: 'model', text: modelText(before.modelVersion, scored.modelVersion) });
  const [was, is] = [before?.flags.includes('maintenance') ?? false, scored.flags.includes('maintenance')];
  if (was !== is) note(device, { atMs, kind: 'maintenance', text: is ? 'under maintenance' : 'maintenance is over' });
}

function modelText(before: number, now: number): string {
  return before === 0 ? `first initialisation: v${now}` : `initialisation v${now} instead of v${before}`;
}

/** Keeps the newest. */
export function note(device: DeviceView, event: AdaptationEvent): void {
  device.history.push(event);
  if (device.history.length > historyMax) device.history.splice(0, device.history.length - historyMax);
}

/**
 * The most urgent of what can be said of a device. Silence is measured in the time of the log, as scorers do: where nothing comes from
 * anybody, nobody is silent.
 */
export function standingOf(device: DeviceView, deviceClass: DeviceClass | undefined, logTimeMs: number): DeviceStanding {
  const { latest, open } = device;
  const raised = open.size === 0 ? noGuards : new Set([...open.values()].map(({ guard }) => guard ?? 'model'));
  if (raised.size > 0 && [...raised].some((guard) => guard !== 'drift' && guard !== 'silent')) return 'alerting';
  if (raised.has('drift')) return 'drifting';
  const silentMs = deviceClass === undefined ? Infinity : (deviceClass.guards.silentMs ?? deviceClass.idleMs);
  if (raised.has('silent')) return 'silent';
  // Who is switched off for planned work is missed by nobody.
  if (logTimeMs - device.seenMs > silentMs) return isPlanned(device, deviceClass, logTimeMs) ? 'maintenance' : 'silent';
  if (latest?.flags.includes('maintenance')) return 'maintenance';
  if (latest === null || latest.flags.includes('cold') || (latest.score === null && !isUnusable(latest))) return 'cold';
  return latest.flags.includes('provisional') ? 'provisional' : 'watching';
}

/** Too much of the window is missing for a score: that says nothing of how well the device is known. */
function isUnusable({ flags }: ScoredWindow): boolean {
  return flags.includes('gappy') || flags.includes('not_finite');
}

export function rowOf(device: DeviceView, deviceClass: DeviceClass | undefined, logTimeMs: number): FleetRow {
  const { latest, open, seenMs } = device;
  const severities = [...open.values()].map(({ severity }) => severity);
  return {
    deviceId: device.deviceId,
    deviceClass: device.deviceClass,
    state: standingOf(device, deviceClass, logTimeMs),
    severity: severities.includes('critical') ? 'critical' : (severities[0] ?? null),
    openAlerts: open.size,
    supportWindows: latest?.supportWindows ?? 0,
    supportWanted: deviceClass?.supportWindows ?? 0,
    modelVersion: latest?.modelVersion ?? 0,
    score: latest?.score ?? null,
    threshold: latest?.threshold ?? null,
    pValue: latest?.pValue ?? null,
    endMs: latest?.endMs ?? null,
    seenMs: Number.isFinite(seenMs) ? seenMs : null,
    trace: traceOf(device.ring, traceWindows),
  };
}
