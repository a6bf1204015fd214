// Reads alerts, decides by class what people are told, and writes it: notices for the sinks, incidents for everybody.
import { setTimeout as sleep } from 'node:timers/promises';
import { passTime, takeAlert, type GroupingPlan } from '@tocsin/decisions';
import type { NotifierMetrics } from '@tocsin/observability';
import { decodeAlert, incidentKinds, type Alert, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LogWriter, ReaderStatus, RecordBatch, Transport } from '@tocsin/transport';
import { isOfGroup, type FirstOffsets } from '../first-offsets.ts';
import { untilDone } from '../wait-out.ts';
import type { Census } from './census.ts';
import { createClassDesk, type ClassDesk, type DeskView } from './class-desk.ts';
import { createTrail } from './trail.ts';

export type GroupingParts = {
  transport: Transport;
  writer: LogWriter;
  state: StateStore;
  topics: { alerts: string; notices: string; incidents: string };
  groupId: string;
  /** Where the group began; what was said before is not its business. */
  first?: FirstOffsets;
  plan: GroupingPlan;
  /** Of the configuration; others are known when they come. */
  classes: readonly string[];
  census: Pick<Census, 'devicesOf' | 'isSettled'>;
  metrics: NotifierMetrics;
  note: LogMessage;
  now(): number;
};

export type RunningGrouping = {
  status(): ReaderStatus;
  /** Sets the figures that are looked up. */
  exportFigures(): void;
  stop(): Promise<void>;
};

const tickEveryMs = 500;
/** Beyond `holdMs`: the time that it takes to tell what has waited. */
const tellingMs = 20_000;
/** Ending waits so long for what is being told. */
const endingMs = 6000;

/** Resolves once it reads. */
export async function runGrouping(parts: GroupingParts): Promise<RunningGrouping> {
  const { transport, topics, groupId, classes, plan, note, now } = parts;
  const ending = new AbortController();
  const trail = createTrail(plan.holdMs + tellingMs, now);
  const desks = new Map<string, ClassDesk>();
  const deskOf = (deviceClass: string): ClassDesk => {
    const desk =
      desks.get(deviceClass) ??
      createClassDesk(deviceClass, { ...parts, sleep: (ms) => sleep(ms), onTold: (...told) => count(parts, ...told) });
    desks.set(deviceClass, desk);
    return desk;
  };

  async function take(batch: RecordBatch): Promise<void> {
    for (const [deviceClass, alerts] of byClass(batch, parts)) {
      const change = () => deskOf(deviceClass).change((view) => takeAll(view, alerts, batch, parts));
      if (!(await untilDone(change, batch, { ending: ending.signal, note })) || batch.isStale()) return;
      await batch.heartbeat();
    }
    const last = batch.records.at(-1);
    const offset = last === undefined ? null : trail.taken(batch, last.offset + 1);
    if (offset !== null) await batch.commit({ offset, metadata: '' });
  }

  const troubled = new Set<string>();
  const tick = async (): Promise<void> => {
    for (const [deviceClass, desk] of desks) {
      if (ending.signal.aborted) return;
      try {
        await desk.change((view) => pass(view, parts));
        troubled.delete(deviceClass);
      } catch (error) {
        // Said once, and again after it went well.
        if (!troubled.has(deviceClass))
          note('warn', 'what waits to be told cannot be told yet', { deviceClass, error: String(error) });
        troubled.add(deviceClass);
      }
    }
  };
  for (const deviceClass of classes) deskOf(deviceClass);
  const reader = transport.reader({
    groupId,
    topics: [topics.alerts],
    maxRecords: 500,
    // Whoever had these partitions before may have left something to say.
    onAssigned: () => desks.forEach((desk) => desk.lookAgain()),
  });
  await reader.run(take);
  let ticking: Promise<void> | null = null;
  const timer = setInterval(() => void (ticking ??= tick().finally(() => (ticking = null))), tickEveryMs);
  return {
    status: () => reader.status(),
    exportFigures: () => exportFigures(desks, parts),
    async stop() {
      clearInterval(timer);
      ending.abort();
      await Promise.all([reader.stop(), Promise.race([ticking, sleep(endingMs, undefined, { ref: false })])]);
    },
  };
}

type Heard = { alert: Alert; offset: number };

function byClass(batch: RecordBatch, { first = {}, metrics, note }: GroupingParts): Map<string, Heard[]> {
  const classes = new Map<string, Heard[]>();
  for (const { value, topic, partition, offset } of batch.records) {
    if (value === null || !isOfGroup(first, batch, offset)) continue;
    try {
      const alert = decodeAlert(value);
      const others = classes.get(alert.deviceClass) ?? [];
      classes.set(alert.deviceClass, others);
      others.push({ alert, offset });
    } catch (error) {
      metrics.unreadable.inc();
      note('warn', 'an alert cannot be read and is passed over', { topic, partition, offset, error: String(error) });
    }
  }
  return classes;
}

function takeAll(
  { groups, next }: DeskView,
  alerts: readonly Heard[],
  { partition, endOffset }: RecordBatch,
  parts: GroupingParts,
) {
  const { plan, now } = parts;
  countDevices(groups, parts);
  // The topic was made anew, or lost its end: offsets mean something else now.
  if ((next[partition] ?? 0) > endOffset) delete next[partition];
  const fresh = alerts.filter(({ offset }) => offset >= (next[partition] ?? 0));
  const told = fresh.flatMap(({ alert, offset }) => {
    next[partition] = offset + 1;
    return takeAlert(groups, alert, now(), plan);
  });
  return { told, isChanged: fresh.length > 0 };
}

/** What is forgotten with time need not be stored at once. */
function pass({ groups }: DeskView, parts: GroupingParts) {
  countDevices(groups, parts);
  const told = passTime(groups, parts.now(), parts.plan);
  return { told, isChanged: told.length > 0 };
}

/** A census that has just begun has not heard of everybody. */
function countDevices(groups: DeskView['groups'], { census }: GroupingParts): void {
  const counted = census.devicesOf(groups.deviceClass);
  groups.devices = census.isSettled() ? counted : Math.max(groups.devices, counted);
}

function count(
  { metrics }: GroupingParts,
  deviceClass: string,
  told: readonly { about: 'alert' | 'incident' }[],
  grouped: number,
): void {
  for (const { about } of told) metrics.notices.inc({ class: deviceClass, about });
  metrics.grouped.inc({ class: deviceClass }, grouped);
}

function exportFigures(desks: ReadonlyMap<string, ClassDesk>, { metrics, census }: GroupingParts): void {
  for (const [deviceClass, desk] of desks) {
    const groups = desk.view()?.groups;
    metrics.classDevices.set({ class: deviceClass }, census.devicesOf(deviceClass));
    const open = (groups?.incidents ?? []).filter(({ closedMs }) => closedMs === null);
    for (const kind of incidentKinds)
      metrics.openIncidents.set({ class: deviceClass, kind }, open.filter((life) => life.kind === kind).length);
    const held = [...(groups?.singles.values() ?? [])].filter((single) => single.held.length > 0);
    metrics.held.set({ class: deviceClass }, held.length);
  }
}
