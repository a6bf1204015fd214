// What becomes of the versions of a class, step by step: each takes what is known and gives what is to be. Reads and stores nothing.
import { canaryVersion, currentVersion, type AlarmFigures, type Rollout, type RolloutVersion } from '@tocsin/schemas';

/** A number that has been given away, and the bytes under it. */
export type Made = { version: number; checksum: string | null };

/** Why, by whom, when: what every step writes down. */
export type Cause = { reason: string; by: string; atMs: number };

/** Versions that stay in the store: devices that are scored anew after a crash need the one that was in use then. */
const keptVersions = 5;

export const nothingPublished: Rollout = { revision: 0, savedAtMs: 0, lastVersion: 0, watchUntilMs: null, versions: [] };

/** Takes the next number, which is nobody else's from then on. */
export function claimed(rollout: Rollout): Rollout {
  return { ...rollout, lastVersion: rollout.lastVersion + 1 };
}

/** A share of the devices tries this version from now on; what they tried before gives way. */
export function tried(rollout: Rollout, made: Made, share: number, cause: Cause): Rollout {
  const canary: RolloutVersion = { ...blank(made, cause), stage: 'canary', share };
  const reason = `version ${made.version} is tried instead`;
  return trimmed({ ...withdrawn(rollout, { ...cause, reason }), watchUntilMs: null }, canary);
}

/** This version is current from now on; what they tried, if anything, gives way to it. */
export function published(
  rollout: Rollout,
  made: Made,
  { restores = null, watchUntilMs = null }: { restores?: number | null; watchUntilMs?: number | null },
  cause: Cause,
): Rollout {
  const replaced = currentVersion(rollout);
  const before = restores === null ? (replaced?.version ?? null) : beforeOf(rollout, restores);
  const reason = `version ${made.version} took its place`;
  const free = withdrawn(rollout, { ...cause, reason });
  const gone = (one: RolloutVersion) =>
    restores === null ? left(one, 'replaced', { ...cause, reason }) : left(one, 'rolled-back', cause);
  const versions = free.versions.map((one) => (one === replaced ? gone(one) : one));
  return trimmed({ ...free, versions, watchUntilMs }, { ...blank(made, cause), stage: 'current', before, restores });
}

/** What a share of the devices has tried is current from now on. The rollout as it is where nothing is tried. */
export function promoted(rollout: Rollout, watchUntilMs: number | null, cause: Cause): Rollout {
  const canary = canaryVersion(rollout);
  if (canary === null) return rollout;
  const replaced = currentVersion(rollout);
  const versions = rollout.versions.map((one) => {
    if (one === canary) return { ...left(one, 'current', cause), before: replaced?.version ?? null };
    return one === replaced ? left(one, 'replaced', { ...cause, reason: `version ${canary.version} took its place` }) : one;
  });
  return { ...rollout, versions, watchUntilMs };
}

/** What a share of the devices tries is taken from them. The rollout as it is where nothing is tried. */
export function withdrawn(rollout: Rollout, cause: Cause): Rollout {
  const canary = canaryVersion(rollout);
  if (canary === null) return rollout;
  return { ...rollout, versions: rollout.versions.map((one) => (one === canary ? left(one, 'withdrawn', cause) : one)) };
}

/** Writes down what was counted under a version. */
export function counted(rollout: Rollout, version: number, alarms: AlarmFigures): Rollout {
  return { ...rollout, versions: rollout.versions.map((one) => (one.version === version ? { ...one, alarms } : one)) };
}

/** The current version has proved itself. */
export function watched(rollout: Rollout): Rollout {
  return { ...rollout, watchUntilMs: null };
}

/** The version whose content was current before that of the current one; null for none that is left. */
export function beforeCurrent(rollout: Rollout): number | null {
  return currentVersion(rollout)?.before ?? null;
}

function blank({ version, checksum }: Made, { reason, by, atMs }: Cause): Omit<RolloutVersion, 'stage'> {
  return { version, checksum, sinceMs: atMs, before: null, restores: null, share: null, alarms: null, reason, by };
}

function left(one: RolloutVersion, stage: RolloutVersion['stage'], { reason, by, atMs }: Cause): RolloutVersion {
  return { ...one, stage, sinceMs: atMs, reason, by };
}

function beforeOf({ versions }: Rollout, version: number): number | null {
  return versions.find((one) => one.version === version)?.before ?? null;
}

/** The newest few, what is in use or tried, and what a rollback would bring back. */
function trimmed(rollout: Rollout, next: RolloutVersion): Rollout {
  const versions = [...rollout.versions, next];
  const newest = versions.slice(-keptVersions).map(({ version }) => version);
  const current = currentVersion({ versions });
  const needed = new Set([...newest, current?.version, current?.before]);
  const kept = versions.filter(({ version }) => needed.has(version));
  const isKept = (version: number | null) => version !== null && kept.some((one) => one.version === version);
  const lastVersion = Math.max(rollout.lastVersion, next.version);
  return { ...rollout, lastVersion, versions: kept.map((one) => (isKept(one.before) ? one : { ...one, before: null })) };
}
