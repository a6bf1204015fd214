// Stage between score and decide: checks that need no model. Their incidents are their own; they share the alert path.
import {
  calmGuard,
  checkGuards,
  dismissGuard,
  expectBreach,
  findDrift,
  guardAlertId,
  idKey,
  isUnderMaintenance,
  learnLevels,
  measureChannels,
  quarantineOf,
  restGuards,
  stepGuard,
  windowsToRaise,
  type Breach,
  type GuardFacts,
} from '@tocsin/decisions';
import {
  guardKinds,
  type Alert,
  type FeatureSpec,
  type GuardKind,
  type GuardMemory,
  type Label,
  type ScoredWindow,
  type Window,
} from '@tocsin/schemas';
import { gridMs, type ClosedWindow } from '@tocsin/windows';
import type { TrackedDevice } from './partition.ts';
import { awaitsSilence, isMissed, isSilent } from './silence.ts';

type WindowSpan = Pick<Window, 'startMs' | 'endMs'>;

export type Guarded = {
  alerts: readonly Alert[];
  /** Call it for a window that teaches: its levels are what is usual. */
  learn(): void;
};

/** `logTimeMs`: when the window closed. */
export type Guard = (device: TrackedDevice, closed: ClosedWindow, scored: ScoredWindow, logTimeMs: number) => Guarded;

/** Called where an alert would have closed, and is kept open because it comes and goes. */
export type OnHeld = (device: TrackedDevice) => void;

/** Guards that doubt the samples themselves: while one is broken, the window does not teach. */
const doubting: readonly GuardKind[] = ['flatline', 'range', 'scale'];
const unguarded: Guarded = { alerts: [], learn: () => undefined };

/** Moves the incidents of all guards of the device's class on; flags a window whose samples are in doubt as `guarded`. */
export const createGuard =
  (specs: ReadonlyMap<string, FeatureSpec>, onHeld: OnHeld = () => undefined): Guard =>
  (device, { window }, scored, logTimeMs) => {
    const { deviceClass, state } = device;
    const { silentMs, flatlineWindows, range, skewMs, scaleJump, drift = false } = deviceClass.guards;
    const hasLevels = flatlineWindows > 0 || scaleJump || Object.keys(range).length > 0;
    if (silentMs === null && skewMs === null && !hasLevels && !drift) return unguarded;
    if (scored.flags.includes('maintenance')) return { ...unguarded, alerts: underMaintenance(device, window, logTimeMs) };
    const levels = hasLevels ? measureChannels(window.samples, deviceClass.channels.length) : [];
    const breaches = {
      ...checkGuards(deviceClass, levels, device.skewMs, state.guards),
      // Cut because nothing comes any more, a window shows what came before.
      ...(silentMs === null || isSilent(device, logTimeMs) ? {} : { silent: null }),
      ...(drift ? { drift: driftOf(device, specs.get(deviceClass.name)!) } : {}),
    };
    const alerts: Alert[] = [];
    for (const guard of guardKinds) {
      const breach = breaches[guard];
      if (breach === undefined) continue;
      if (breach !== null && doubting.includes(guard) && !scored.flags.includes('guarded'))
        scored.flags = [...scored.flags, 'guarded'];
      const clearCount = guard === 'silent' ? 1 : deviceClass.decision.clearCount;
      const pace = { ...deviceClass.decision, raiseCount: windowsToRaise(guard, deviceClass), clearCount };
      const look = { guard, breach, startMs: window.startMs, endMs: window.endMs };
      const { memory, alert } = stepGuard(state.guards, look, pace, factsOf(device));
      if (swingsOf(memory, guard) > swingsOf(state.guards, guard)) onHeld(device);
      state.guards = memory;
      if (alert !== null) alerts.push(alert);
    }
    const learn = () => {
      if (scaleJump) state.guards = learnLevels(state.guards, levels);
    };
    return { alerts, learn };
  };

function swingsOf({ lives }: GuardMemory, guard: GuardKind): number {
  return lives[guard]?.open?.swings ?? 0;
}

/** Where it has come back that is said, whatever is being done to it; of everything else nothing. */
function underMaintenance(device: TrackedDevice, { startMs, endMs }: WindowSpan, logTimeMs: number): Alert[] {
  const { state, deviceClass } = device;
  if (isSilent(device, logTimeMs)) {
    state.guards = restGuards(state.guards);
    return [];
  }
  const pace = { ...deviceClass.decision, raiseCount: 1, clearCount: 1 };
  const look = { guard: 'silent', breach: null, startMs, endMs } as const;
  const { memory, alert } = stepGuard(calmGuard(state.guards, 'silent'), look, pace, factsOf(device));
  state.guards = restGuards(memory);
  return alert === null ? [] : [alert];
}

function driftOf({ state, deviceClass }: TrackedDevice, spec: FeatureSpec): Breach | null {
  const { reference } = state.teaching;
  return reference === null
    ? null
    : findDrift(state.support, reference, spec.elements, deviceClass.channels, quarantineOf(deviceClass).driftMin);
}

/**
 * An alert where the device has been silent for longer than its class allows, in log time. One that is switched off under maintenance is
 * not missed, afterwards neither: the state says so, since whoever reads this again may do so under later labels.
 */
export function noticeSilence(device: TrackedDevice, logTimeMs: number): Alert | null {
  const { deviceClass, state, lastSeenMs } = device;
  const { silentMs } = deviceClass.guards;
  const silence = logTimeMs - lastSeenMs;
  if (silentMs === null || lastSeenMs === -Infinity || !isMissed(device, logTimeMs) || !awaitsSilence(device)) return null;
  // A state ahead of these windows was stored by somebody who has been here before, and has told it then.
  const watermark = Math.max(device.windows.watermark, device.closedWatermark);
  if (state.frontierMs > gridMs(watermark, deviceClass.rateHz)) return null;
  const sinceMs = Number.isFinite(state.frontierMs) ? state.frontierMs : lastSeenMs;
  const breach = { value: silence, bound: silentMs, channel: 0 };
  const look = { guard: 'silent', breach, startMs: sinceMs, endMs: sinceMs } as const;
  // What its own clock would say now, going by its last record.
  const nowMs = logTimeMs - device.skewMs;
  const isPlanned = device.calendar?.(nowMs, nowMs + 1) === true;
  const guards = isPlanned || isUnderMaintenance(state.labels, logTimeMs) ? expectBreach(state.guards, 'silent') : state.guards;
  const { memory, alert } = stepGuard(guards, look, { ...deviceClass.decision, raiseCount: 1, clearCount: 1 }, factsOf(device));
  state.guards = memory;
  state.revision += 1;
  device.isDirty = true;
  return alert;
}

/** Is this the key of an incident of one of the device's guards that is open? */
export function isGuardAlert({ state }: TrackedDevice, subjectKey: string): boolean {
  return openGuards(state.guards.lives).some(
    ([guard, { startMs }]) => idKey(guardAlertId(guard, state.deviceId, startMs)) === subjectKey,
  );
}

/** Ends what a verdict ends: the guard's incident that was called a false alarm, or all of them under maintenance. */
export function closeGuards(device: TrackedDevice, label: Label, subjectKey: string): Alert[] {
  const { state } = device;
  const alerts: Alert[] = [];
  for (const [guard, { startMs }] of openGuards(state.guards.lives)) {
    const isNamed = idKey(guardAlertId(guard, state.deviceId, startMs)) === subjectKey;
    if (label.verdict !== 'maintenance' && !(label.verdict === 'false-alarm' && isNamed)) continue;
    const { memory, alert } = dismissGuard(state.guards, guard, label, factsOf(device));
    // Called a false alarm, a new scale is the usual one from now on.
    state.guards =
      guard === 'scale' && label.verdict === 'false-alarm' ? { ...memory, levels: new Float32Array(0), levelWindows: 0 } : memory;
    // Where it has drifted to is where it is compared with from now on.
    if (guard === 'drift' && label.verdict === 'false-alarm') state.teaching = { ...state.teaching, reference: null };
    if (alert !== null) alerts.push(alert);
  }
  return alerts;
}

type OpenGuard = { startMs: number };

function openGuards(lives: TrackedDevice['state']['guards']['lives']): [GuardKind, OpenGuard][] {
  return guardKinds.flatMap((guard): [GuardKind, OpenGuard][] => {
    const open = lives[guard]?.open ?? null;
    return open === null ? [] : [[guard, open]];
  });
}

function factsOf({ state, deviceClass }: TrackedDevice): GuardFacts {
  const { deviceId, modelVersion, support } = state;
  const { name, channels } = deviceClass;
  return { deviceId, deviceClass: name, modelVersion, supportWindows: support.learned, channels };
}
