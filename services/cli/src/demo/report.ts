// The end of the demo: what must have happened, the table for people, the same for machines.
import type { CandidateFigures } from '@tocsin/schemas';
import { tableLines, wrapped, type Column } from '../terminal/table.ts';
import type { Screen } from '../terminal/screen.ts';
import { classColumns, type ClassOutcome } from './class-outcomes.ts';
import type { DeviceOutcome } from './scoreboard.ts';

/** One thing that the demo promises, and whether it happened. */
export type Check = { name: string; passed: boolean; found: string };

export type InitialisationReport = {
  deviceClass: string;
  version: number;
  algorithm: string;
  backend: string;
  devicesTrained: number;
  windows: number;
  candidates: readonly CandidateFigures[];
  /** AUROC on held-out devices of what was chosen, and of what was in use before. */
  heldOutAuroc: number | null;
  previousAuroc: number | null;
  verdict: string;
  trainedInS: number;
  /** Seconds from the start of the run to the announcement, and to the first window scored with it (null: none was). */
  announcedAtS: number;
  adoptedAtS: number | null;
};

export type DemoReport = {
  seconds: number;
  seed: number;
  data: string;
  totals: { records: number; windows: number; scored: number; alerts: number };
  classes: readonly ClassOutcome[];
  initialisations: readonly InitialisationReport[];
  devices: readonly DeviceOutcome[];
  checks: readonly Check[];
};

/** What the demo must have shown; alerts are asked for only where something was wrong while it was being watched. */
export function checksOf(
  devices: readonly DeviceOutcome[],
  initialisations: readonly InitialisationReport[],
  classes: readonly string[],
): Check[] {
  const first = classes.filter((name) =>
    initialisations.some(({ deviceClass, version }) => deviceClass === name && version === 1),
  );
  const adopted = initialisations.filter(({ version, adoptedAtS }) => version > 1 && adoptedAtS !== null);
  const taught = devices.filter(({ deviceClass }) => classes.includes(deviceClass));
  const ready = taught.filter(({ windowsUntilReady }) => windowsUntilReady !== null);
  const detected = sum(devices.map((device) => device.detected));
  const detectable = sum(devices.map((device) => device.detectable));
  const simulated = devices.filter(({ origin }) => origin === 'simulated');
  const simulatedHits = sum(simulated.map((device) => device.detected));
  const simulatedFaults = sum(simulated.map((device) => device.detectable));
  return [
    {
      name: 'every class with enough machines got an initialisation',
      passed: first.length === classes.length,
      found: `${first.length} of ${classes.length}`,
    },
    {
      name: 'every device got a model of its own',
      passed: ready.length === taught.length,
      found: `${ready.length} of ${taught.length}`,
    },
    {
      name: 'a further meta-update was adopted by the running scorer',
      passed: adopted.length > 0,
      found: String(adopted.length),
    },
    { name: 'known faults raised alerts', passed: detectable === 0 || detected > 0, found: counted(detected, detectable) },
    {
      name: 'injected faults of simulated machines raised alerts',
      passed: simulatedFaults === 0 || simulatedHits > 0,
      found: counted(simulatedHits, simulatedFaults),
    },
  ];
}

/** AUROC of one of the candidates; null where it was not tried. */
export function aurocOf(candidates: readonly CandidateFigures[], name: string): number | null {
  return candidates.find(({ learner }) => learner === name)?.auroc ?? null;
}

function counted(count: number, of: number): string {
  return of === 0 ? 'none fell into the time in which its machine was watched' : `${count} of ${of}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const columns = (screen: Screen): Column<DeviceOutcome>[] => [
  { title: 'device', align: 'left', cell: (row) => row.deviceId },
  { title: 'class', align: 'left', cell: (row) => row.deviceClass },
  { title: 'split', align: 'left', cell: (row) => row.split },
  { title: 'windows', align: 'right', cell: (row) => String(row.windows) },
  { title: 'until ready', align: 'right', cell: (row) => (row.windowsUntilReady === null ? '-' : String(row.windowsUntilReady)) },
  {
    title: 'truth',
    align: 'left',
    cell: (row) => (row.injected.length === 0 ? screen.colour('dim', 'healthy') : [...new Set(row.injected)].join(', ')),
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

function found(screen: Screen, { detected, detectable, injected }: DeviceOutcome): string {
  if (injected.length === 0) return '';
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

function columnsWithin<Row>(all: readonly Column<Row>[], columnsMax: number): Column<Row>[] {
  const spare = spareTitles(columnsMax);
  return all.filter(({ title }) => !spare.includes(title));
}

const auroc = (value: number | null) => (value === null ? '-' : value.toFixed(3));

const initialisationColumns: readonly Column<InitialisationReport>[] = [
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

/** The first and the last of each class: how it began and what is in use. */
function firstAndLast(all: readonly InitialisationReport[]): InitialisationReport[] {
  const of = (name: string) => all.filter(({ deviceClass }) => deviceClass === name);
  return all.filter((one) => one === of(one.deviceClass)[0] || one === of(one.deviceClass).at(-1));
}

const footnotes = [
  '* on held-out devices, against pseudo-anomalies unless operators have labelled real ones: how the gate chooses',
  '** false alarms that are tolerated of one device, in the time of its own recording',
  '*** provisional: the threshold rests on fewer devices or rarer alerts than could be counted',
];

/** The tables and the checks, as lines for a terminal of so many columns; what matters most comes last. */
export function reportLines(report: DemoReport, screen: Screen, columnsMax = 140): string[] {
  const checks = report.checks.map(
    ({ name, passed, found: what }) =>
      `${passed ? screen.colour('green', 'ok  ') : screen.colour('red', 'FAIL')}  ${name}: ${what}`,
  );
  const shown = firstAndLast(report.initialisations);
  const between = report.initialisations.length - shown.length;
  const backends = [...new Set(report.initialisations.map(({ backend }) => backend))].join(', ');
  const notes = [`${between} initialisations between these are not shown; all were learned with ${backends}`, ...footnotes];
  return [
    '',
    ...tableLines(report.devices, columnsWithin(columns(screen), columnsMax)),
    '',
    ...tableLines(shown, columnsWithin(initialisationColumns, columnsMax)),
    '',
    ...tableLines(report.classes, classColumns),
    '',
    ...notes.flatMap((note) => wrapped(note, columnsMax, 2)).map((line) => screen.colour('dim', line)),
    '',
    ...checks,
  ];
}
