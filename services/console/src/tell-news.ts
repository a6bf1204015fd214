// What is read becomes news for pages: alerts and verdicts at once, windows gathered, so that a busy fleet is a few events a second.
import type { ScoredWindow } from '@tocsin/schemas';
import type { EventStream } from './http/event-stream.ts';
import { seriesOf } from './http/fleet-routes.ts';
import type { FleetView } from './view/fleet-view.ts';
import type { News } from './view/world-view.ts';

export type TellNews = News & { effect(labelId: string, deviceId: string): void; flush(): void };

/** New windows of one device in one event, at most; a page that misses some asks again. */
const windowsTold = 64;

export function createTellNews(stream: () => EventStream, fleet: () => FleetView): TellNews {
  const fresh = new Map<string, number>();
  let windows = 0;
  let isQualityNews = false;

  return {
    window(scored: ScoredWindow) {
      windows += 1;
      if (stream().isWatched(scored.deviceId)) fresh.set(scored.deviceId, (fresh.get(scored.deviceId) ?? 0) + 1);
    },
    alert({ alertId, deviceId, deviceClass, state, severity, revision, message }) {
      stream().publish('alert', { alertId, deviceId, deviceClass, state, severity, revision, message });
    },
    incident({ incidentId, deviceClass, state, severity, revision, message }) {
      stream().publish('incident', { incidentId, deviceClass, state, severity, revision, message });
    },
    label({ labelId, deviceId, subjectId, verdict, who, atMs }) {
      stream().publish('label', { labelId, deviceId, subjectId, verdict, who, atMs });
    },
    model({ deviceClass, version, stage }) {
      stream().publish('model', { deviceClass, version, stage: stage ?? 'current' });
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
      if (isQualityNews) stream().publish('quality', {});
      isQualityNews = false;
    },
  };
}
