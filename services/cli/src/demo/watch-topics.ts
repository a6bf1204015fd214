// Watches what the services say to the world, the way any user of the topics would.
import {
  decodeAlert,
  decodeFleetIncident,
  decodeModelAnnouncement,
  decodeScoredWindow,
  fleetIncidentCodec,
  type Alert,
  type ModelAnnouncement,
  type ScoredWindow,
} from '@tocsin/schemas';
import type { LogReader, Transport } from '@tocsin/transport';
import type { Notice } from './tell-notices.ts';

export type Watcher = {
  window(scored: ScoredWindow): void;
  alert(alert: Alert): void;
  told(notice: Notice): void;
  initialisation(announcement: ModelAnnouncement): void;
};

/** Starts one reader over the four topics; stop it at the end. */
export async function watchTopics(
  transport: Transport,
  topics: { windows: string; alerts: string; notices: string; models: string },
  watcher: Watcher,
): Promise<LogReader> {
  const reader = transport.reader({ groupId: 'demo', topics: [topics.windows, topics.alerts, topics.notices, topics.models] });
  await reader.run(async (batch) => {
    for (const { value, topic, offset } of batch.records) {
      if (value === null) continue;
      if (topic === topics.windows) watcher.window(decodeScoredWindow(value));
      else if (topic === topics.alerts) watcher.alert(decodeAlert(value));
      else if (topic === topics.notices)
        watcher.told(
          fleetIncidentCodec.recognises(value)
            ? { about: 'incident', incident: decodeFleetIncident(value) }
            : { about: 'alert', alert: decodeAlert(value) },
        );
      else watcher.initialisation(decodeModelAnnouncement(value));
      if (offset === batch.endOffset - 1) await batch.commit({ offset: batch.endOffset, metadata: '' });
    }
  });
  return reader;
}

/** Resolves once nothing waits in the topics of these readers, or with false when the time is up. */
export async function untilDrained(
  readers: readonly { status(): ReturnType<LogReader['status']> }[],
  isOver: () => boolean,
  sleep: (ms: number) => Promise<void>,
): Promise<boolean> {
  const isDrained = () =>
    readers.every((reader) =>
      reader.status().assigned.every(({ next, endOffset }) => next !== null && endOffset !== null && next >= endOffset),
    );
  for (let quiet = 0; quiet < 3;) {
    if (isOver()) return false;
    quiet = isDrained() ? quiet + 1 : 0;
    await sleep(50);
  }
  return true;
}
