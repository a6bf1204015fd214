// All that the console holds in memory, put together; and what becomes of each record that it reads.
import { createFeatureSpec } from '@tocsin/features';
import {
  decodeAlert,
  decodeDeadLetter,
  decodeFleetIncident,
  decodeLabel,
  decodeModelAnnouncement,
  decodeRedrive,
  decodeScoredWindow,
  redriveCodec,
  type Alert,
  type DeviceClass,
  type FeatureSpec,
  type FleetIncident,
  type Label,
  type ModelAnnouncement,
  type ScoredWindow,
} from '@tocsin/schemas';
import { createAlertBook, type AlertBook } from './alert-book.ts';
import { note } from './device-view.ts';
import { finiteAlert, finiteWindow } from './finite.ts';
import { createFleetView, type FleetBounds, type FleetView } from './fleet-view.ts';
import { createIncidentBook, type IncidentBook } from './incident-book.ts';
import { createLetterBox, type LetterBox } from './letter-box.ts';
import { createModelBook, type ModelBook } from './model-book.ts';
import { createRecentWindows, type RecentWindows } from './recent-windows.ts';
import { createVerdictBook, saidText, type VerdictBook } from './verdict-book.ts';
import { createQualityCount, type QualityCount } from './window-quality.ts';

/** What has just been learnt, for whoever wants to tell it on. */
export type News = {
  window(scored: ScoredWindow): void;
  alert(alert: Alert): void;
  incident(incident: FleetIncident): void;
  label(label: Label): void;
  model(announcement: ModelAnnouncement): void;
  letter(): void;
};

type Taken = 'windows' | 'alerts' | 'incidents' | 'labels' | 'models' | 'deadLetter' | 'late';

export type WorldView = {
  classes: ReadonlyMap<string, DeviceClass>;
  specs: ReadonlyMap<string, FeatureSpec>;
  fleet: FleetView;
  alerts: AlertBook;
  incidents: IncidentBook;
  verdicts: VerdictBook;
  models: ModelBook;
  letters: LetterBox;
  quality: QualityCount;
  recent: RecentWindows;
  late: { records: number };
  /** Each takes the bytes of one record; throws what its codec throws. */
  take: Record<Taken, (value: Uint8Array, loggedMs: number) => void>;
};

export function createWorldView(
  classes: readonly DeviceClass[],
  bounds: FleetBounds & { featureBytes: number },
  news: News,
): WorldView {
  const byName = new Map(classes.map((deviceClass) => [deviceClass.name, deviceClass]));
  const specs = new Map(classes.map((deviceClass) => [deviceClass.name, createFeatureSpec(deviceClass)]));
  const fleet = createFleetView(byName, bounds);
  const alerts = createAlertBook();
  const incidents = createIncidentBook();
  const verdicts = createVerdictBook();
  const models = createModelBook();
  const letters = createLetterBox();
  const quality = createQualityCount();
  const recent = createRecentWindows(bounds.featureBytes);
  const late = { records: 0 };

  function takeLabel(label: Label): void {
    if (!verdicts.add(label)) return;
    const device = fleet.devices.get(label.deviceId);
    if (device !== undefined) note(device, { atMs: label.atMs, kind: 'label', text: saidText(label) });
    news.label(label);
  }

  const take: WorldView['take'] = {
    windows(value, loggedMs) {
      const scored = finiteWindow(decodeScoredWindow(value));
      if (!fleet.window(scored, loggedMs)) return;
      quality.window(scored, loggedMs);
      recent.keep(scored);
      news.window(scored);
    },
    alerts(value, loggedMs) {
      const alert = finiteAlert(decodeAlert(value));
      if (!alerts.add(alert, loggedMs)) return;
      fleet.alert(alert);
      news.alert(alert);
    },
    incidents(value) {
      const incident = decodeFleetIncident(value);
      if (incidents.add(incident)) news.incident(incident);
    },
    labels: (value) => takeLabel(decodeLabel(value)),
    models(value) {
      const announcement = decodeModelAnnouncement(value);
      models.announced(announcement);
      news.model(announcement);
    },
    deadLetter(value, loggedMs) {
      if (redriveCodec.recognises(value)) letters.redrive(decodeRedrive(value));
      else letters.letter(decodeDeadLetter(value), loggedMs);
      news.letter();
    },
    late() {
      late.records += 1;
      news.letter();
    },
  };
  return { classes: byName, specs, fleet, alerts, incidents, verdicts, models, letters, quality, recent, late, take };
}
