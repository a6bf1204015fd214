// What people and the trainer do while scorers run and break: publish bundles, and say what windows and alerts were.
import { idKey } from '@tocsin/decisions';
import {
  currentBundleKey,
  decodeAlert,
  decodeScoredWindow,
  encodeLabel,
  encodeModelAnnouncement,
  labelVerdicts,
  type Label,
} from '@tocsin/schemas';
import type { Random } from '@tocsin/signals';
import type { World } from './call.ts';
import { topics } from './scorer-setting.ts';
import type { SimulatedLog } from './simulated-log.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { fittedBundle } from './tiny-class.ts';

/** Versions 1, 2, ... */
export const bundles = Array.from({ length: 5 }, (_, i) => fittedBundle(i + 1));

export type People = {
  /** Makes the next bundle the current one. */
  promote(): void;
  /** Says something about a window or an alert that is in the log; nothing where there is none. */
  label(): void;
  /** What was said, by the key of the label. */
  labels: ReadonlyMap<string, Uint8Array>;
};

export function createPeople({ time, trace }: World, random: Random, log: SimulatedLog, store: SimulatedStore): People {
  const labels = new Map<string, Uint8Array>();
  let version = 0;
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];

  return {
    labels,
    promote() {
      const next = bundles[version];
      if (next === undefined) return;
      version += 1;
      const { announcement, bytes } = next;
      const said = encodeModelAnnouncement(announcement);
      store.put(announcement.location, bytes);
      store.put(currentBundleKey(announcement.deviceClass), said);
      log.append({ topic: topics.models, key: announcement.deviceClass, value: said }, time.nowMs());
      trace(`version ${version} is published`);
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
