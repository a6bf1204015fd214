// What the routes are made of.
import type { DeviceClass, Label, LogMessage } from '@tocsin/schemas';
import type { AlertsPage, AlertsQuery } from './api/alerts-api.ts';
import type { EventStream } from './http/event-stream.ts';
import type { LetterDesk } from './letter-desk.ts';
import type { ModelDesk } from './model-desk.ts';
import type { DeviceDesk } from './reading/device-desk.ts';
import type { LabelEffects } from './reading/label-effects.ts';
import type { WaveformDesk } from './reading/waveform-desk.ts';
import type { AlertParts } from './view/show-alerts.ts';
import type { WorldView } from './view/world-view.ts';

export type ConsoleParts = {
  version: string;
  world: WorldView;
  alertParts: AlertParts;
  queryAlerts(query: AlertsQuery): AlertsPage;
  stream: EventStream;
  devices: DeviceDesk;
  waveforms: WaveformDesk;
  effects: LabelEffects;
  letters: LetterDesk | null;
  models: ModelDesk | null;
  classes: readonly DeviceClass[];
  historyWindows: number;
  lateTopic: string | null;
  /** What one-click links are signed with; null for none. */
  linkKey: string | null;
  /** Appends labels durably, and knows them from then on. Where it rejects, some may have been appended. */
  say(labels: readonly Label[]): Promise<void>;
  /** Why traffic should not come yet. */
  ready(): readonly string[];
  live(): string | null;
  /** What people should know before they believe what they see; null where there is nothing. */
  standing(): string | null;
  metrics: { text(): Promise<string>; contentType: string };
  note: LogMessage;
  now(): number;
};
