// The tables of the demo's report, column by column, and what they go without on a narrow terminal.
import type { CandidateFigures } from '@tocsin/schemas';
import type { Screen } from '../terminal/screen.ts';
import type { Column } from '../terminal/table.ts';
import type { InitialisationReport } from './report.ts';
import type { DeviceOutcome } from './scoreboard.ts';

/** AUROC of one of the candidates; null where it was not tried. */
export function aurocOf(candidates: readonly CandidateFigures[], name: string): number | null {
  return candidates.find(({ learner }) => learner === name)?.auroc ?? null;
}

/** One row per device. */
export const deviceColumns = (screen: Screen): Column<DeviceOutcome>[] => [
  { title: 'device', align: 'left', cell: (row) => row.deviceId },
  { title: 'class', align: 'left', cell: (row) => row.deviceClass },
  { title: 'split', align: 'left', cell: (row) => row.split },
  { title: 'windows', align: 'right', cell: (row) => String(row.windows) },
  { title: 'until ready', align: 'right', cell: (row) => (row.windowsUntilReady === null ? '-' : String(row.windowsUntilReady)) },
  {
    title: 'truth',
    align: 'left',
    cell: ({ injected, shared }) =>
      injected.length + shared.length === 0
        ? screen.colour('dim', 'healthy')
        : [...new Set([...injected, ...shared.map((kind) => `shared ${kind}`)])].join(', '),
  },
  { title: 'alerts', align: 'right', cell: (row) => String(row.alerts) },
  { title: 'found', align: 'left', cell: (row) => found(screen, row) },
  { title: 'delay', align: 'right', cell: (row) => (row.delayMs === null ? '' : duration(row.delayMs)) },
  {
    title: 'false alarms',
    align: 'right',
    cell: (row) => (row.falseAlarms === 0 ? '0' : screen.colour('red', String(row.falseAlarms))),
  },
  {
    title: 'model',
    align: 'left',
    cell: ({ modelVersions }) => versions(modelVersions),
  },
];

function found(screen: Screen, { detected, detectable, injected, shared, inIncident }: DeviceOutcome): string {
  if (injected.length === 0) {
    if (shared.length === 0) return '';
    return inIncident ? screen.colour('green', 'as one') : screen.colour('yellow', 'no');
  }
  if (detectable === 0) return screen.colour('dim', 'not watched then');
  return detected > 0
    ? screen.colour('green', detectable > 1 ? `${detected} of ${detectable}` : 'yes')
    : screen.colour('yellow', 'no');
}

/** First and last of the versions that scored a device, e.g. `v1-v4`. */
function versions(used: readonly number[]): string {
  const [first, last] = [used[0], used.at(-1)];
  if (first === undefined) return '-';
  return first === last ? `v${first}` : `v${first}-v${last}`;
}

/** Event time as people say it. */
export function duration(ms: number): string {
  if (ms < 0) return `${duration(-ms)} before`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** What a table goes without on a terminal of so many columns: first what can be guessed from the rest. */
function spareTitles(columnsMax: number): readonly string[] {
  if (columnsMax < 100) return ['class', 'split', 'windows', 'alerts', 'found', 'model', 'learned from', 'before', 'trained in'];
  if (columnsMax < 125) return ['class', 'split', 'alerts', 'found', 'learned from'];
  return columnsMax < 138 ? ['split'] : [];
}

/** Those of the columns that a terminal of so many characters has room for. */
export function columnsWithin<Row>(all: readonly Column<Row>[], columnsMax: number): Column<Row>[] {
  const spare = spareTitles(columnsMax);
  return all.filter(({ title }) => !spare.includes(title));
}

const auroc = (value: number | null) => (value === null ? '-' : value.toFixed(3));

/** One row per initialisation. */
export const initialisationColumns: readonly Column<InitialisationReport>[] = [
  { title: 'initialisation', align: 'left', cell: ({ deviceClass, version }) => `${deviceClass} v${version}` },
  {
    title: 'learned from',
    align: 'left',
    cell: ({ devicesTrained, windows }) => `${devicesTrained} devices, ${windows} windows`,
  },
  { title: 'chosen', align: 'left', cell: ({ algorithm }) => algorithm },
  { title: 'AUROC*', align: 'right', cell: ({ heldOutAuroc }) => auroc(heldOutAuroc) },
  { title: 'no prior', align: 'right', cell: ({ candidates }) => auroc(aurocOf(candidates, 'own')) },
  { title: 'before', align: 'right', cell: ({ previousAuroc }) => auroc(previousAuroc) },
  { title: 'trained in', align: 'right', cell: ({ trainedInS }) => `${trainedInS.toFixed(1)} s` },
  {
    title: 'adopted',
    align: 'right',
    cell: ({ adoptedAtS }) => (adoptedAtS === null ? 'no' : `at ${adoptedAtS.toFixed(1)} s`),
  },
];
