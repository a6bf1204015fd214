// Makes pointers and announcements say what the rollout says. May be repeated at any time, by anybody: what ends half-way is settled next time.
import {
  announcementKey,
  canaryBundleKey,
  canaryVersion,
  currentBundleKey,
  currentVersion,
  encodeModelAnnouncement,
  type LogMessage,
  type ModelAnnouncement,
  type Rollout,
  type RolloutVersion,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LogWriter } from '@tocsin/transport';
import { announcementOf, type BundleStore } from './bundle-store.ts';
import { RolloutError } from './rollout-error.ts';

export type Settle = (deviceClass: string, rollout: Rollout) => Promise<void>;

/** Pointers first, so that whoever hears of a bundle finds it; then the records. Rejects where store or log cannot be reached. */
export function createSettle(parts: {
  state: StateStore;
  writer: LogWriter;
  topic: string;
  bundles: BundleStore;
  note: LogMessage;
}): Settle {
  const { state, writer, topic, bundles, note } = parts;

  /** Null where the bundle is not there: then nothing may point to it anew, and what points to it stays. */
  async function announcement(deviceClass: string, known: RolloutVersion, stage: Stage) {
    const share = stage === 'canary' ? known.share : null;
    try {
      return announcementOf(await bundles.get(deviceClass, known), stage, share);
    } catch (error) {
      if (!(error instanceof RolloutError)) throw error;
      note('error', 'a published bundle cannot be announced', {
        deviceClass,
        version: known.version,
        stage,
        error: error.message,
      });
      return null;
    }
  }

  async function say(said: ModelAnnouncement): Promise<void> {
    await writer.send([{ topic, key: announcementKey(said), value: encodeModelAnnouncement(said) }]);
  }

  return async (deviceClass, rollout) => {
    const [current, canary] = [currentVersion(rollout), canaryVersion(rollout)];
    const ended = rollout.versions.findLast(({ stage, version }) => stage === 'withdrawn' && version > (current?.version ?? 0));
    const now = current === null ? null : await announcement(deviceClass, current, 'current');
    const tried = canary === null ? null : await announcement(deviceClass, canary, 'canary');
    if (now !== null) await state.put(currentBundleKey(deviceClass), encodeModelAnnouncement(now));
    if (canary === null) await state.remove([canaryBundleKey(deviceClass)]);
    else if (tried !== null) await state.put(canaryBundleKey(deviceClass), encodeModelAnnouncement(tried));

    if (now !== null) await say(now);
    if (tried !== null) await say(tried);
    if (canary !== null) return;
    const end = ended === undefined ? null : await announcement(deviceClass, ended, 'withdrawn');
    if (end !== null) await say(end);
    // Of a canary that has become current nothing is left to say.
    else if (rollout.versions.some(({ share }) => share !== null))
      await writer.send([{ topic, key: announcementKey({ deviceClass, stage: 'canary' }), value: null }]);
  };
}

type Stage = NonNullable<ModelAnnouncement['stage']>;
