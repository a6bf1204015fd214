// All figures of one device at one number of shots.
import type { RowSpan } from '../windows/window-label.ts';
import { alarmsOf, type JudgedWindows } from './alarms.ts';
import { meanOf } from './bootstrap.ts';
import { auroc, averagePrecision } from './ranking.ts';
import { vusPr } from './vus-pr.ts';

export const figureNames = [
  'auroc',
  'auprc',
  'vusPr',
  'eventRecall',
  'falsePositiveRate',
  'falseAlarmsPerDay',
  'delayWindows',
] as const;
export type FigureName = (typeof figureNames)[number];

/**
 * `auroc`, `auprc`, `vusPr`: null without both kinds of windows. The others belong to the thresholds and are null without:
 * `eventRecall` share of events found, `falsePositiveRate` share of normal windows over it, `falseAlarmsPerDay` runs of such windows per
 * day of normal windows, `delayWindows` mean over found events of hops from their start to the end of the window that found them.
 */
export type Figures = Record<FigureName, number | null>;

export type WindowPlace = { samples: number; hop: number; rateHz: number };

const secondsPerDay = 86_400;
/** VUS buffers reach up to as many windows as overlap one, within these bounds. */
const bufferLeast = 4;
const bufferMost = 16;

export function deviceFigures(
  judged: JudgedWindows,
  events: readonly RowSpan[],
  thresholds: Float64Array | null,
  { samples, hop, rateHz }: WindowPlace,
): Figures {
  const known = Array.from(judged.labels.keys()).filter((i) => judged.labels[i] >= 0);
  const scores = Float64Array.from(known, (i) => judged.scores[i]);
  const labels = Int8Array.from(known, (i) => judged.labels[i]);
  const buffer = Math.min(bufferMost, Math.max(bufferLeast, Math.ceil(samples / hop)));
  const ranking = { auroc: auroc(scores, labels), auprc: averagePrecision(scores, labels), vusPr: vusPr(scores, labels, buffer) };
  if (thresholds === null)
    return { ...ranking, eventRecall: null, falsePositiveRate: null, falseAlarmsPerDay: null, delayWindows: null };
  const alarms = alarmsOf(judged, events, thresholds);
  const days = (alarms.normals * hop) / rateHz / secondsPerDay;
  return {
    ...ranking,
    eventRecall: alarms.events === 0 ? null : alarms.found / alarms.events,
    falsePositiveRate: alarms.normals === 0 ? null : alarms.falseWindows / alarms.normals,
    falseAlarmsPerDay: alarms.normals === 0 ? null : alarms.falseAlarms / days,
    delayWindows: alarms.delayRows.length === 0 ? null : meanOf(alarms.delayRows) / hop,
  };
}
