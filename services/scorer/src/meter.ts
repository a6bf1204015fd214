// What the live path tells about itself, as calls; which metrics they become is decided in one place.
import type { LabelOutcome, UntaughtReason } from '@tocsin/decisions';
import type { Alert, Confidence, RejectionReason, ScoredWindow, WatchedChange } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import type { Adoption } from './initialisations.ts';
import type { DeviceOrigin } from './load-devices.ts';
import type { BlockOutcome } from './quarantine.ts';

export type WindowOutcome = 'scored' | 'cold' | 'gappy' | 'suppressed' | 'amended';
export type StageName = 'decode' | 'walk' | 'send' | 'store';

export type Meter = {
  record(record: LogRecord): void;
  rejected(reason: RejectionReason): void;
  /** `samples` are those of one channel, late and repeated ones among them. */
  samples(deviceClass: string, count: { samples: number; lateSamples: number; repeatedSamples: number }): void;
  /** The clock of a device was set back. */
  setBack(deviceClass: string): void;
  window(deviceClass: string, outcome: WindowOutcome): void;
  /** A scored window, by what stood behind its score. */
  confidence(deviceClass: string, confidence: Confidence): void;
  /** A window taught its device nothing. */
  untaught(deviceClass: string, reason: UntaughtReason): void;
  /** What became of what a watched device was to learn. */
  block(deviceClass: string, outcome: BlockOutcome): void;
  /** Alarms of a device had jumped since a change, which was taken back. */
  undone(deviceClass: string, change: WatchedChange['kind']): void;
  /** Called once the windows are durable in the log. */
  windowsSent(windows: readonly ScoredWindow[]): void;
  /** An alert would have closed, and is kept open because it comes and goes. */
  closingHeld(deviceClass: string): void;
  /** Called once the alerts are durable in the log. */
  alertsSent(alerts: readonly Alert[]): void;
  deviceCache(hits: number, misses: number): void;
  deviceLoaded(origin: DeviceOrigin): void;
  adapted(deviceClass: string): void;
  /** A label by what became of it, here. */
  label(outcome: LabelOutcome | 'unreadable' | 'unknown_device'): void;
  adoption(deviceClass: string, version: number, adoption: Adoption): void;
  /** The bundle that a device was scored under is not in the store any more. */
  bundleGone(deviceClass: string): void;
  conflicts(devices: number): void;
  /** The state of a device was overtaken more often than a handover explains. */
  overtakenAgain(): void;
  timed<T>(stage: StageName, work: () => T): T;
  timedAsync<T>(stage: StageName, work: () => Promise<T>): Promise<T>;
};
