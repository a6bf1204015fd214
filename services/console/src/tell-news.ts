// What is read becomes news for pages: alerts and verdicts at once; windows, and the labels of one answer for many alerts, gathered, so
// that a busy fleet is a few events a second.
import { batchOf, type Label, type ScoredWindow } from '@tocsin/schemas';
import type { EventStream } from './http/event-stream.ts';
import { seriesOf } from './http/fleet-routes.ts';
import type { FleetView } from './view/fleet-view.ts';
import type { News } from './view/world-view.ts';

export type TellNews = News & { effect(labelId: string, deviceId: string): void; flush(): void };

/** New windows of one device in one event, at most; a page that misses some asks again. */
const windowsTold = 64;

/** While `isNews` is not so, what is read is history: nobody is told each of ten thousand alerts of last week. */
export function createTellNews(stream: () => EventStream, fleet: () => FleetView, isNews: () => boolean): TellNews {
  const fresh = new Map<string, number>();
  const batches = new Map<string, { newest: Label; labels: number }>();
  let windows = 0;
  let isQualityNews = false;
  const publish: EventStream['publish'] = (type, data) => isNews() && stream().publish(type, data);

  return {
    window(scored: ScoredWindow) {
      windows += 1;
      if (stream().isWatched(scored.deviceId)) fresh.set(scored.deviceId, (fresh.get(scored.deviceId) ?? 0) + 1);
    },
    alert({ alertId, deviceId, deviceClass, state, severity, revision, message }) {
      publish('alert', { alertId, deviceId, deviceClass, state, severity, revision, message });
    },
    incident({ incidentId, deviceClass, state, severity, revision, message }) {
      publish('incident', { incidentId, deviceClass, state, severity, revision, message });
    },
    label(label) {
      const { labelId, deviceId, subjectId, verdict, who, atMs } = label;
      const batchId = batchOf(labelId)?.batchId;
      if (batchId === undefined) return publish('label', { labelId, deviceId, subjectId, verdict, who, atMs });
      batches.set(batchId, { newest: label, labels: (batches.get(batchId)?.labels ?? 0) + 1 });
    },
    model({ deviceClass, version, stage }) {
      publish('model', { deviceClass, version, stage: stage ?? 'current' });
    },
    letter: () => void (isQualityNews = true),
    effect: (labelId, deviceId) => stream().publish('effect', { labelId, deviceId }),
    flush() {
      if (windows > 0) stream().publish('fleet', { windows, devices: fleet().devices.size, logTimeMs: fleet().logTimeMs() });
      windows = 0;
      for (const [deviceId, count] of fresh) {
        const device = fleet().devices.get(deviceId);
        if (device !== undefined)
          stream().publishTo(deviceId, 'windows', { deviceId, series: seriesOf(device.ring, Math.min(count, windowsTold)) });
      }
      fresh.clear();
      for (const [batchId, { newest, labels }] of batches) {
        const { verdict, who, atMs } = newest;
        publish('label', { batchId, labels, verdict, who, atMs });
      }
      batches.clear();
      if (isQualityNews) stream().publish('quality', {});
      isQualityNews = false;
    },
  };
}
