// What a run showed, per device: counted from the records on the topics and compared with the known truth. Pure.
import type { Alert, Confidence, FleetIncident, ScoredWindow } from '@tocsin/schemas';

/**
 * A stretch of event time in which something is known to be wrong, or (`ignore`) nothing is known. What `isShared` came from outside and
 * reached others, too: no fault of the device, and no false alarm.
 */
export type TruthInterval = { startMs: number; endMs: number; kind: string; ignore: boolean; isShared?: boolean };

export type DeviceTruth = {
  deviceId: string;
  deviceClass: string;
  origin: 'recorded' | 'simulated';
  split: string;
  intervals: readonly TruthInterval[];
};

/** One line of the final table; times in milliseconds of event time. */
export type DeviceOutcome = {
  deviceId: string;
  deviceClass: string;
  origin: 'recorded' | 'simulated';
  split: string;
  windows: number;
  /** Windows of its own before the device was watched by an adapted model; null if it never was. */
  windowsUntilReady: number | null;
  /** What stood behind its last score; null if it has none. */
  confidence: Confidence | null;
  alerts: number;
  /** What was wrong with it; empty for a healthy device. */
  injected: readonly string[];
  /** What reached it together with others, and whether it was told as part of an incident. */
  shared: readonly string[];
  inIncident: boolean;
  /** Faults with an alert, of those that fell into time when the device was watched. */
  detected: number;
  detectable: number;
  /** From the start of the first detected fault to the first alert on it; negative where the alert came while nothing was known yet. */
  delayMs: number | null;
  falseAlarms: number;
  modelVersions: readonly number[];
};

export type Scoreboard = {
  window(scored: ScoredWindow): void;
  alert(alert: Alert): void;
  incident(incident: FleetIncident): void;
  outcomes(): DeviceOutcome[];
  /** What was said last of each. */
  incidents(): FleetIncident[];
  totals(): { windows: number; scored: number; alerts: number };
};

/** An alert's life: the span of the windows that raised it, and when it was closed (Infinity: not yet). */
type OpenedAlert = { startMs: number; atMs: number; closedMs: number };

type Tally = {
  windows: number;
  ready: number | null;
  confidence: Confidence | null;
  watchedFromMs: number;
  watchedToMs: number;
  versions: Set<number>;
  opened: Map<string, OpenedAlert>;
};

export function createScoreboard(truths: readonly DeviceTruth[]): Scoreboard {
  const tallies = new Map<string, Tally>();
  const incidents = new Map<string, FleetIncident>();
  const totals = { windows: 0, scored: 0, alerts: 0 };
  const seen = new Set<string>();

  function tallyOf(deviceId: string): Tally {
    const known = tallies.get(deviceId);
    if (known !== undefined) return known;
    const fresh: Tally = {
      windows: 0,
      ready: null,
      confidence: null,
      watchedFromMs: Infinity,
      watchedToMs: -Infinity,
      versions: new Set(),
      opened: new Map(),
    };
    tallies.set(deviceId, fresh);
    return fresh;
  }

  return {
    window(scored) {
      if (seen.has(scored.windowId)) return;
      seen.add(scored.windowId);
      const tally = tallyOf(scored.deviceId);
      totals.windows++;
      if (scored.score !== null) {
        totals.scored++;
        tally.versions.add(scored.modelVersion);
        tally.confidence = scored.confidence ?? null;
        if (!scored.flags.includes('cold')) {
          tally.ready ??= tally.windows;
          tally.watchedFromMs = Math.min(tally.watchedFromMs, scored.startMs);
          tally.watchedToMs = Math.max(tally.watchedToMs, scored.endMs);
        }
      }
      tally.windows++;
    },
    alert(alert) {
      const tally = tallyOf(alert.deviceId);
      const { alertId, openings = 1, startMs, endMs } = alert;
      const key = `${alertId} ${openings}`;
      const known = tally.opened.get(key);
      if (known !== undefined && alert.state === 'closed') known.closedMs = endMs;
      if (known !== undefined || alert.state !== 'opened') return;
      // One that has come back is an alarm of its own here: it may be right where the one before was wrong.
      if (openings === 1) totals.alerts++;
      tally.opened.set(key, { startMs: openings === 1 ? startMs : endMs, atMs: endMs, closedMs: Infinity });
    },
    incident: (incident) => void incidents.set(incident.incidentId, incident),
    outcomes() {
      const members = new Set([...incidents.values()].flatMap((incident) => incident.members.map(({ deviceId }) => deviceId)));
      return truths.map((truth) => outcomeOf(truth, tallyOf(truth.deviceId), members.has(truth.deviceId)));
    },
    incidents: () => [...incidents.values()],
    totals: () => ({ ...totals }),
  };
}

function outcomeOf(truth: DeviceTruth, tally: Tally, inIncident: boolean): DeviceOutcome {
  const known = truth.intervals.filter((interval) => !interval.ignore);
  const faults = known.filter(({ isShared = false }) => !isShared);
  const opened = [...tally.opened.values()];
  // Whatever was opened in healthy time is false, however long it stays open.
  const justified = opened.filter((alert) => truth.intervals.some((interval) => touches(alert, interval)));
  const watched = faults.filter((fault) => fault.endMs > tally.watchedFromMs && fault.startMs < tally.watchedToMs);
  const delays = watched.flatMap((fault) => {
    const hits = justified.filter((alert) => alert.startMs < fault.endMs && alert.closedMs > fault.startMs);
    return hits.length > 0 ? [Math.min(...hits.map((alert) => alert.atMs - fault.startMs))] : [];
  });
  return {
    deviceId: truth.deviceId,
    deviceClass: truth.deviceClass,
    origin: truth.origin,
    split: truth.split,
    windows: tally.windows,
    windowsUntilReady: tally.ready,
    confidence: tally.confidence,
    alerts: new Set([...tally.opened.keys()].map((key) => key.split(' ')[0])).size,
    injected: faults.map((fault) => fault.kind),
    shared: known.filter((interval) => !faults.includes(interval)).map(({ kind }) => kind),
    inIncident,
    detected: delays.length,
    detectable: watched.length,
    delayMs: delays[0] ?? null,
    falseAlarms: opened.length - justified.length,
    modelVersions: [...tally.versions].toSorted((a, b) => a - b),
  };
}

/** Do the windows that raised an alert reach into an interval? */
function touches(alert: OpenedAlert, interval: TruthInterval): boolean {
  return alert.atMs > interval.startMs && alert.startMs < interval.endMs;
}
