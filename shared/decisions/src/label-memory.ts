// What a device remembers of operators' verdicts, and which of them are still to be put into effect. Pure: a label that is
// read again, by the same process or another, changes nothing.
import { createHash } from 'node:crypto';
import { labelLimits, type Label, type LabelMemory, type RememberedWindow } from '@tocsin/schemas';

/** What became of a label on its device. */
export type LabelOutcome = 'applied' | 'unknown_subject';

/** Maintenance that nobody ends is over after a day. */
export const maintenanceMaxMs = 24 * 3_600_000;

/** The first 64 bits of an id's SHA-256, 16 hex digits: what ids are remembered by. */
export function idKey(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16);
}

/**
 * Those of `labels` that are not in effect yet, in the order in which they are to take effect: by `atMs`, then by the key of
 * `labelId`. Per subject the latest stands; one that is older than what stands, or than all that is remembered, is left out.
 */
export function pendingLabels(memory: LabelMemory, labels: readonly Label[]): Label[] {
  const latest = new Map<string, Label>();
  for (const label of labels) {
    const other = latest.get(label.subjectId);
    if (other === undefined || isLater(label, other.atMs, idKey(other.labelId))) latest.set(label.subjectId, label);
  }
  return [...latest.values()]
    .filter((label) => isNews(memory, label))
    .toSorted((one, two) => (isLater(one, two.atMs, idKey(two.labelId)) ? 1 : -1));
}

function isNews(memory: LabelMemory, label: Label): boolean {
  const subjectKey = idKey(label.subjectId);
  const standing = memory.verdicts.find((verdict) => verdict.subjectKey === subjectKey);
  return standing === undefined ? label.atMs > memory.settledMs : isLater(label, standing.atMs, standing.labelKey);
}

/**
 * The memory with this verdict in force. Maintenance lasts until a verdict that is later, on whatever subject, or until
 * `maintenanceMaxMs` after it was declared; a declaration from the future counts from `logTimeMs`. `unsure` is an opinion on its own
 * subject only: what was said last of the others decides, as if of this one nothing had been said.
 */
export function settle(memory: LabelMemory, label: Label, logTimeMs: number): LabelMemory {
  const subjectKey = idKey(label.subjectId);
  const { verdict, atMs } = label;
  const standing = { subjectKey, labelKey: idKey(label.labelId), atMs, verdict };
  const verdicts = [...memory.verdicts.filter((other) => other.subjectKey !== subjectKey), standing];
  verdicts.sort((one, two) => one.atMs - two.atMs);
  const forgotten = verdicts.splice(0, Math.max(0, verdicts.length - labelLimits.verdicts));
  const settledMs = forgotten.reduce((latest, other) => Math.max(latest, other.atMs), memory.settledMs);
  return { ...memory, verdicts, settledMs, maintenance: maintenanceAfter(memory, label, logTimeMs) };
}

function maintenanceAfter(memory: LabelMemory, label: Label, logTimeMs: number): LabelMemory['maintenance'] {
  const { maintenance } = memory;
  const { verdict, atMs } = label;
  // Whoever works at a machine may well have it forget something.
  if (verdict === 'rollback') return maintenance;
  if (maintenance !== null && atMs < maintenance.sinceMs) return maintenance;
  if (verdict === 'unsure') return maintenanceWithout(memory, idKey(label.subjectId), logTimeMs);
  return verdict === 'maintenance' ? maintenanceSince(atMs, logTimeMs) : null;
}

function maintenanceWithout(
  { maintenance, verdicts }: LabelMemory,
  subjectKey: string,
  logTimeMs: number,
): LabelMemory['maintenance'] {
  const opinions = verdicts.filter(({ verdict }) => verdict !== 'unsure' && verdict !== 'rollback');
  const last = opinions.findLast((other) => other.subjectKey !== subjectKey);
  if (last?.verdict !== 'maintenance') return null;
  return maintenance?.sinceMs === last.atMs ? maintenance : maintenanceSince(last.atMs, logTimeMs);
}

function maintenanceSince(sinceMs: number, logTimeMs: number): LabelMemory['maintenance'] {
  return { sinceMs, untilMs: Math.min(sinceMs, logTimeMs) + maintenanceMaxMs };
}

export function isUnderMaintenance({ maintenance }: LabelMemory, logTimeMs: number): boolean {
  return maintenance !== null && logTimeMs < maintenance.untilMs;
}

/**
 * Remembers an anomalous window in case somebody says what it was: of every alert the first window and the four newest, of
 * those without an alert the newest. Where there are too many, the oldest that nobody spoke of goes first, but two of them stay.
 */
export function rememberWindow(
  memory: LabelMemory,
  window: { windowId: string; alertId: string | null; features: Float32Array },
): LabelMemory {
  const alertKey = window.alertId === null ? '' : idKey(window.alertId);
  const { features } = window;
  const remembered = {
    windowKey: idKey(window.windowId),
    alertKey,
    standing: 'suspect',
    weight: 0,
    learnedAt: 0,
    features,
  } as const;
  const ofAlert = memory.windows.filter((other) => other.alertKey === alertKey && other.standing === 'suspect');
  const replaced = alertKey === '' ? ofAlert[0] : ofAlert.length < labelLimits.perAlert ? undefined : ofAlert[1];
  return { ...memory, windows: boundWindows([...memory.windows.filter((other) => other !== replaced), remembered]) };
}

/** Drops one window where there is one too many for `labelLimits`. */
export function boundWindows(windows: readonly RememberedWindow[]): readonly RememberedWindow[] {
  if (windows.length <= labelLimits.windows) return windows;
  const suspects = windows.filter(({ standing }) => standing === 'suspect');
  const dropped = suspects.length > labelLimits.suspects ? suspects[0] : windows.find(({ standing }) => standing !== 'suspect');
  return windows.filter((window) => window !== dropped);
}

function isLater(label: Pick<Label, 'atMs' | 'labelId'>, atMs: number, labelKey: string): boolean {
  return label.atMs > atMs || (label.atMs === atMs && idKey(label.labelId) > labelKey);
}
