// What has become of the published versions of a class: one value in the state store, which the trainer and `tocsin models` change.

/** `replaced` by a later version; `withdrawn` while it was tried; `rolled-back`, taken back after its promotion. */
export const versionStages = ['canary', 'current', 'replaced', 'withdrawn', 'rolled-back'] as const;
export type VersionStage = (typeof versionStages)[number];

/**
 * A group of devices: how many have risen beyond what is tolerated, how many went back to what they had by themselves, and the mean over
 * devices of their shares of windows over the threshold.
 */
export type AlarmGroup = { devices: number; windows: number; risen: number; left: number; before: number; after: number };

/** Alarms of devices before a bundle and under it, beside devices that kept what was in use; null where none did. */
export type AlarmFigures = { tried: AlarmGroup; others: AlarmGroup | null };

export type RolloutVersion = {
  version: number;
  stage: VersionStage;
  /** When it came into this stage. */
  sinceMs: number;
  /** The version whose content was current before this one's; null for none that is left. */
  before: number | null;
  /** The version whose content it is, published again; null for content of its own. */
  restores: number | null;
  /** SHA-256 of its bytes, hex; null where it is not known. */
  checksum: string | null;
  /** Share of the devices that try it, or did; null where it never was a canary. */
  share: number | null;
  alarms: AlarmFigures | null;
  /** Why it is in this stage, and who brought it there; for people. */
  reason: string;
  by: string;
};

/**
 * `revision` rises with every change, and is the value's order in the store. `lastVersion` is the highest number that was ever given away.
 * `watchUntilMs`: until then the current version is taken back when alarms jump. Versions rise; at most one is current, at most one a canary.
 */
export type Rollout = {
  revision: number;
  savedAtMs: number;
  lastVersion: number;
  watchUntilMs: number | null;
  versions: readonly RolloutVersion[];
};

const format = 'tocsin-rollout-1';

export function encodeRollout(rollout: Rollout): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ format, ...rollout }));
}

/** Throws an Error that names what is wrong. */
export function decodeRollout(bytes: Uint8Array): Rollout {
  const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  const value = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Partial<Rollout & { format: string }>;
  if (value.format !== format)
    throw new Error(
      `rollout: its format is ${JSON.stringify(value.format)}, expected ${format}; was it written by a later release?`,
    );
  const { revision, savedAtMs, lastVersion, watchUntilMs, versions } = value;
  const isWhole =
    isCount(revision) &&
    isCount(lastVersion) &&
    typeof savedAtMs === 'number' &&
    (watchUntilMs === null || typeof watchUntilMs === 'number') &&
    Array.isArray(versions) &&
    versions.every(isVersion);
  if (!isWhole) throw new Error('rollout: a field is missing or of another kind');
  return { revision, savedAtMs, lastVersion, watchUntilMs, versions };
}

/** The version that the class uses; null before the first one. */
export function currentVersion({ versions }: Pick<Rollout, 'versions'>): RolloutVersion | null {
  return versions.findLast(({ stage }) => stage === 'current') ?? null;
}

/** The version that a share of the devices tries; null for none. */
export function canaryVersion({ versions }: Pick<Rollout, 'versions'>): RolloutVersion | null {
  return versions.findLast(({ stage }) => stage === 'canary') ?? null;
}

function isVersion(value: Partial<RolloutVersion> | null): boolean {
  return (
    isCount(value?.version) &&
    versionStages.some((stage) => stage === value?.stage) &&
    typeof value?.sinceMs === 'number' &&
    typeof value.reason === 'string' &&
    typeof value.by === 'string' &&
    (value.checksum === null || typeof value.checksum === 'string') &&
    [value.before, value.restores, value.share].every((field) => field === null || typeof field === 'number') &&
    typeof value.alarms === 'object'
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
