// What people and the trainer do while scorers run and break: publish bundles, and say what windows and alerts were.
import { idKey } from '@tocsin/decisions';
import {
  announcementKey,
  canaryBundleKey,
  currentBundleKey,
  decodeAlert,
  decodeScoredWindow,
  encodeLabel,
  encodeModelAnnouncement,
  labelVerdicts,
  type BundleStage,
  type Label,
} from '@tocsin/schemas';
import type { Random } from '@tocsin/signals';
import type { World } from './call.ts';
import { topics } from './scorer-setting.ts';
import type { SimulatedLog } from './simulated-log.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { fittedBundle, type Oddity } from './tiny-class.ts';

/** Versions 1, 2, ...; two under which devices alarm, and one that takes the first of these back. */
const oddities: Readonly<Record<number, Oddity>> = { 3: { isBad: true }, 4: { restores: 2 }, 6: { isBad: true } };
export const bundles = Array.from({ length: 7 }, (_, i) => fittedBundle(i + 1, oddities[i + 1]));

export type People = {
  /** Makes the next bundle the current one, or has some devices try it; then makes that one current, or withdraws it. */
  promote(): void;
  /** Says something about a window or an alert that is in the log; nothing where there is none. */
  label(): void;
  /** What was said, by the key of the label. */
  labels: ReadonlyMap<string, Uint8Array>;
};

export function createPeople({ time, trace }: World, random: Random, log: SimulatedLog, store: SimulatedStore): People {
  const labels = new Map<string, Uint8Array>();
  let version = 0;
  let tried = 0;
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];

  function publish(which: number, stage: BundleStage): void {
    const { announcement: plain, bytes } = bundles[which - 1];
    const announcement = { ...plain, stage, ...(stage === 'canary' ? { share: 0.5 } : {}) };
    const said = encodeModelAnnouncement(announcement);
    store.put(announcement.location, bytes);
    store.put((stage === 'current' ? currentBundleKey : canaryBundleKey)(announcement.deviceClass), said);
    log.append({ topic: topics.models, key: announcementKey(announcement), value: said }, time.nowMs());
    trace(`version ${which} is ${stage}`);
  }

  return {
    labels,
    promote() {
      const turn = random();
      if (tried > 0) {
        publish(tried, turn < 0.5 ? 'withdrawn' : 'current');
        tried = 0;
        return;
      }
      if (version === bundles.length) return;
      version += 1;
      if (version > 1 && turn < 0.5) tried = version;
      publish(version, tried > 0 ? 'canary' : 'current');
    },
    label() {
      const window = pick(log.all(topics.windows).slice(-40));
      const alert = random() < 0.7 ? pick(log.all(topics.alerts).slice(-10)) : undefined;
      const verdict = pick(labelVerdicts)!;
      const subject = alert !== undefined ? subjectOfAlert(alert.value!) : window && subjectOfWindow(window.value!);
      if (subject === undefined) return;
      const label: Label = { ...subject, labelId: `label-${labels.size}`, verdict, who: 'Ada', atMs: time.nowMs(), note: '' };
      const value = encodeLabel(label);
      labels.set(idKey(label.labelId), value);
      log.append({ topic: topics.labels, key: label.deviceId, value }, time.nowMs());
      trace(`${label.deviceId}: ${label.subjectId} is called ${verdict}`);
    },
  };
}

type Subject = Pick<Label, 'deviceId' | 'subjectId'>;

function subjectOfAlert(value: Uint8Array): Subject {
  const { deviceId, alertId: subjectId } = decodeAlert(value);
  return { deviceId, subjectId };
}

function subjectOfWindow(value: Uint8Array): Subject {
  const { deviceId, windowId: subjectId } = decodeScoredWindow(value);
  return { deviceId, subjectId };
}
