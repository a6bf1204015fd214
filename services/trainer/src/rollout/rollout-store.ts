// The rollout of a class in the state store. Whoever changes it compares and sets: a step that somebody else overtook is taken anew.
import {
  bundleKey,
  canaryBundleKey,
  currentBundleKey,
  decodeModelAnnouncement,
  decodeRollout,
  encodeRollout,
  rolloutKey,
  type LogMessage,
  type ModelAnnouncement,
  type Rollout,
  type RolloutVersion,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { RolloutError } from './rollout-error.ts';
import { nothingPublished, published } from './steps.ts';

export type RolloutStore = {
  /** As it is stored; put together from what is published where nothing is stored, or nothing that can be read. */
  read(deviceClass: string): Promise<Rollout>;
  /** Stores what `step` makes of it and returns that. A step that changes nothing stores nothing. Rejects with `contested` after several tries. */
  change(deviceClass: string, step: (rollout: Rollout) => Rollout): Promise<Rollout>;
  /** Stores `next` if nobody has changed it since `seen`. */
  replace(deviceClass: string, seen: Rollout, next: Rollout): Promise<Rollout | null>;
};

const triesMax = 8;
/** Numbers beyond the highest known that are looked for in the store: those of withdrawn versions that nothing points to. */
const probedVersions = 16;
const foundReason = 'found as it was; nothing is known of how it came there';

/** Every call rejects where the store cannot be reached. */
export function createRolloutStore(state: StateStore, note: LogMessage, now: () => number): RolloutStore {
  async function read(deviceClass: string): Promise<Rollout> {
    const [stored, current, canary] = await state.getMany([
      rolloutKey(deviceClass),
      currentBundleKey(deviceClass),
      canaryBundleKey(deviceClass),
    ]);
    const known = stored === null ? null : await readable(deviceClass, stored);
    const pointers = { current: pointed(current), canary: pointed(canary) };
    if (known === null) return pieced(deviceClass, pointers);
    const { version = 0, createdAtMs = 0, checksum = null } = pointers.current ?? {};
    if (version <= known.lastVersion) return known;
    return published(known, { version, checksum }, {}, { reason: foundReason, by: 'unknown', atMs: createdAtMs });
  }

  async function readable(deviceClass: string, stored: Uint8Array): Promise<Rollout | null> {
    try {
      return decodeRollout(stored);
    } catch (error) {
      note('error', 'what became of earlier versions cannot be read; it is begun anew', { deviceClass, error: String(error) });
      // Its order would outlive it.
      await state.remove([rolloutKey(deviceClass)]);
      return null;
    }
  }

  function pointed(pointer: Uint8Array | null): ModelAnnouncement | null {
    try {
      return pointer === null ? null : decodeModelAnnouncement(pointer);
    } catch (error) {
      note('error', 'a pointer to a bundle cannot be read; versions are counted from what is there', { error: String(error) });
      return null;
    }
  }

  /** From pointers alone: after an upgrade, or where the value was lost. */
  async function pieced(
    deviceClass: string,
    { current, canary }: { current: ModelAnnouncement | null; canary: ModelAnnouncement | null },
  ): Promise<Rollout> {
    const highest = Math.max(0, current?.version ?? 0, canary?.version ?? 0);
    const beyond = Array.from({ length: probedVersions }, (_, i) => highest + 1 + i);
    const found = await state.getMany(beyond.map((version) => bundleKey(deviceClass, version)));
    const lastVersion = Math.max(highest, ...beyond.filter((_, i) => found[i] !== null));
    const isTried = canary !== null && canary.version > (current?.version ?? 0);
    const versions = [
      ...(current === null ? [] : [entry(current, 'current')]),
      ...(isTried ? [{ ...entry(canary, 'canary'), share: canary.share ?? 0 }] : []),
    ];
    return { ...nothingPublished, lastVersion, versions };
  }

  async function replace(deviceClass: string, seen: Rollout, next: Rollout): Promise<Rollout | null> {
    const stamped = { ...next, revision: seen.revision + 1, savedAtMs: now() };
    const value = encodeRollout(stamped);
    const [isStored] = await state.putIfNewer([{ key: rolloutKey(deviceClass), order: stamped.revision, value }]);
    return isStored ? stamped : null;
  }

  return {
    read,
    replace,
    async change(deviceClass, step) {
      for (let tries = 0; tries < triesMax; tries++) {
        const seen = await read(deviceClass);
        const next = step(seen);
        if (next === seen) return seen;
        const stored = await replace(deviceClass, seen, next);
        if (stored !== null) return stored;
      }
      throw new RolloutError('contested', `class ${deviceClass}: somebody else goes on changing its versions; try again`);
    },
  };
}

function entry({ version, createdAtMs, checksum }: ModelAnnouncement, stage: RolloutVersion['stage']): RolloutVersion {
  const rest = { before: null, restores: null, share: null, alarms: null, reason: foundReason, by: 'unknown' };
  return { version, checksum, stage, sinceMs: createdAtMs, ...rest };
}
