// How versions of a class come into use and go out of it again. Every step is written down first and carried out then: whoever was killed
// in between, or finds what another one has written, carries it out (`follow`).
import {
  canaryVersion,
  currentVersion,
  type AlarmFigures,
  type LogMessage,
  type ModelBundle,
  type Rollout,
  type RolloutVersion,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LogWriter } from '@tocsin/transport';
import { createBundleStore, type BundleStore, type Keys } from './bundle-store.ts';
import { createChanges } from './carry-out.ts';
import { createPublishVersion } from './publish-version.ts';
import { RolloutError } from './rollout-error.ts';
import { createRolloutStore } from './rollout-store.ts';
import { createSettle } from './settle.ts';
import { beforeCurrent, counted, promoted, published, tried, watched, withdrawn, type Cause } from './steps.ts';

export type RolloutParts = {
  state: StateStore;
  writer: LogWriter;
  /** Topic of announcements. */
  topic: string;
  keys: Keys;
  /** Who takes the steps: `trainer`, or a person. */
  by: string;
  note: LogMessage;
  now(): number;
};

/** For a share of the devices, or for the whole class and watched until then. */
export type Destination = { stage: 'canary'; share: number } | { stage: 'current'; watchUntilMs: number | null };

/** Every call rejects where store or log cannot be reached, and may then be repeated; those that change something also with a RolloutError. */
export type Rollouts = {
  bundles: BundleStore;
  /** What is stored; carried out first where that has changed since this process looked last. */
  follow(deviceClass: string): Promise<Rollout>;
  /** Reads only. */
  read(deviceClass: string): Promise<Rollout>;
  /** Stores the bundle, its verdict with the reason, under the next free number and brings it where it is to go; may be repeated with the same bundle. */
  publish(bundle: ModelBundle, destination: Destination, reason: string): Promise<Rollout>;
  promote(deviceClass: string, version: number, watchUntilMs: number | null, reason: string): Promise<Rollout>;
  withdraw(deviceClass: string, version: number, reason: string): Promise<Rollout>;
  /** Publishes the content of `to`, or of what was current before, under a new number; it has to be for the features with this hash. */
  rollback(deviceClass: string, specHash: string, reason: string, to?: number): Promise<Rollout>;
  /** Writes down what was counted under a version; null ends the watch over it. */
  count(deviceClass: string, version: number, alarms: AlarmFigures | null, isWatched: boolean): Promise<Rollout>;
  /** Signs all versions that are in the store, and says so. */
  sign(deviceClass: string): Promise<number[]>;
  /** Stores what is there once more, so that it does not expire. */
  refresh(deviceClass: string): Promise<void>;
};

export function openRollouts({ state, writer, topic, keys, by, note, now }: RolloutParts): Rollouts {
  const store = createRolloutStore(state, note, now);
  const bundles = createBundleStore(state, keys);
  const { carryOut, follow, change, changeQuietly } = createChanges(store, createSettle({ state, writer, topic, bundles, note }));
  const cause = (reason: string): Cause => ({ reason, by, atMs: now() });

  const publishVersion = createPublishVersion(store, bundles, carryOut);

  return {
    bundles,
    read: store.read,
    follow,
    publish(bundle, destination, reason) {
      const { deviceClass, metrics } = bundle;
      return publishVersion({
        deviceClass,
        source: bundle,
        make: (version) => ({ ...bundle, version, metrics: { ...metrics, verdict: `${metrics.verdict}; ${reason}` } }),
        step: (rollout, made) =>
          destination.stage === 'canary'
            ? tried(rollout, made, destination.share, cause(reason))
            : published(rollout, made, destination, cause(reason)),
      });
    },
    async promote(deviceClass, version, watchUntilMs, reason) {
      const { versions } = await store.read(deviceClass);
      await bundles.trusted(deviceClass, versions.find((one) => one.version === version) ?? { version, checksum: null });
      return change(deviceClass, (rollout) =>
        mustTry(deviceClass, rollout, version) ? promoted(rollout, watchUntilMs, cause(reason)) : rollout,
      );
    },
    withdraw: (deviceClass, version, reason) =>
      change(deviceClass, (rollout) => (mustTry(deviceClass, rollout, version) ? withdrawn(rollout, cause(reason)) : rollout)),
    async rollback(deviceClass, specHash, reason, to) {
      const wanted = wantedVersion(deviceClass, await store.read(deviceClass), to);
      const { bundle, signature } = await bundles.trusted(deviceClass, wanted);
      mustFit(bundle, specHash);
      if (signature !== null && keys.signing === null)
        throw new RolloutError(
          'untrusted',
          `versions of ${deviceClass} are signed, and there is no key to sign this one: set signing.privateKeyFile`,
        );
      return publishVersion({
        deviceClass,
        source: {},
        make: (version) => ({ ...bundle, version, restores: wanted.version }),
        step: (rollout, made) => published(rollout, made, { restores: wanted.version }, cause(reason)),
      });
    },
    count: (deviceClass, version, alarms, isWatched) =>
      changeQuietly(deviceClass, (rollout) => {
        const next = alarms === null ? rollout : counted(rollout, version, alarms);
        return isWatched ? next : watched(next);
      }),
    async sign(deviceClass) {
      const { versions } = await store.read(deviceClass);
      for (const one of versions) await bundles.sign(deviceClass, one);
      await change(deviceClass, (rollout) => ({ ...rollout }));
      return versions.map(({ version }) => version);
    },
    refresh: async (deviceClass) => void (await changeQuietly(deviceClass, (rollout) => ({ ...rollout }))),
  };
}

function mustFit({ deviceClass, version, spec }: ModelBundle, specHash: string): void {
  if (spec.hash === specHash) return;
  const message = `version ${version} of ${deviceClass} was made for other features than the class has now`;
  throw new RolloutError('other_features', `${message}: no scorer would use it; take the change of the class back first`);
}

/** True where this version is being tried, false where it is current already (said twice, carried out once). Throws for anything else. */
function mustTry(deviceClass: string, rollout: Rollout, version: number): boolean {
  if (canaryVersion(rollout)?.version === version) return true;
  const known = rollout.versions.find((one) => one.version === version);
  if (known?.stage === 'current' || known?.stage === 'withdrawn') return false;
  const canary = canaryVersion(rollout);
  const what = canary === null ? 'no version is being tried' : `it is version ${canary.version} that is being tried`;
  throw new RolloutError('no_canary', `class ${deviceClass}: ${what}`);
}

function wantedVersion(deviceClass: string, rollout: Rollout, to: number | undefined): RolloutVersion {
  const current = currentVersion(rollout);
  const there = rollout.versions.filter(({ stage }) => stage !== 'current' && stage !== 'canary');
  const numbers = there.map(({ version }) => version).join(', ');
  const advice = there.length === 0 ? 'it has no other version' : `name one of ${numbers} with --to`;
  if (to === undefined) {
    const before = rollout.versions.find(({ version }) => version === beforeCurrent(rollout));
    if (before !== undefined) return before;
    throw new RolloutError('nothing_before', `class ${deviceClass} has nothing to go back to; ${advice}`);
  }
  const wanted = there.find(({ version }) => version === to);
  if (wanted !== undefined) return wanted;
  const isCurrent = current?.version === to;
  throw new RolloutError(
    'no_version',
    `class ${deviceClass}: version ${to} is ${isCurrent ? 'current already' : 'not there'}; ${advice}`,
  );
}
