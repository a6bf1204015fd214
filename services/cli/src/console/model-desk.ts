// What the console can do about the versions of a class, in the same way as `tocsin models`.
import type { Config } from '@tocsin/config';
import { ChangeRefused, type ModelDesk, type VersionHistory } from '@tocsin/console';
import { KeyError } from '@tocsin/models';
import { canaryVersion, currentVersion, type LogMessage, type Rollout } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { createRolloutStore, keysOf, openRollouts, RolloutError } from '@tocsin/trainer';
import type { Transport } from '@tocsin/transport';
import { changeVersion } from '../models/change-version.ts';

export type ModelDeskWorld = { transport: Transport; state: StateStore; note: LogMessage; now(): number };

export function createModelDesk(config: Config, { transport, state, note, now }: ModelDeskWorld): ModelDesk {
  const { read } = createRolloutStore(state, note, now);
  return {
    history: async (name) => historyOf(name, await read(name)),
    async change({ deviceClass, action, version, to, who }) {
      const writer = transport.writer();
      try {
        const keys = keysOf(config, note);
        const rollouts = openRollouts({ state, writer, topic: config.topics.models, keys, by: who, note, now });
        mustBe(await rollouts.follow(deviceClass), { action, version });
        const change = action === 'rollback' ? { action, to } : { action };
        const place = { where: 'on the page', nowMs: now() };
        return historyOf(deviceClass, await changeVersion({ rollouts, config }, deviceClass, change, place));
      } catch (error) {
        const isRefusal = error instanceof KeyError || (error instanceof RolloutError && !error.isRetriable);
        throw isRefusal ? new ChangeRefused(error.message, { cause: error }) : error;
      } finally {
        await writer.close();
      }
    },
  };
}

/** What somebody saw may be another version by now. */
function mustBe(rollout: Rollout, { action, version }: { action: string; version: number }): void {
  const isOfCurrent = action === 'rollback';
  const there = isOfCurrent ? currentVersion(rollout) : canaryVersion(rollout);
  if (there?.version === version) return;
  const now = there === null ? 'nothing is' : `version ${there.version} is`;
  throw new ChangeRefused(`by now ${now} ${isOfCurrent ? 'current' : 'being tried'}; look again`);
}

function historyOf(deviceClass: string, rollout: Rollout): VersionHistory {
  const current = currentVersion(rollout);
  const before = current?.before ?? null;
  const versions = rollout.versions.map(({ version, stage, share, restores, sinceMs, by, reason }) => {
    const canReturn = current !== null && stage !== 'current' && stage !== 'canary';
    return { version, stage, share: stage === 'canary' ? share : null, restores, sinceMs, by, reason, canReturn };
  });
  return {
    deviceClass,
    current: current?.version ?? null,
    canary: canaryVersion(rollout)?.version ?? null,
    before: rollout.versions.some(({ version }) => version === before) ? before : null,
    versions: versions.toReversed(),
  };
}
