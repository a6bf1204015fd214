// The end of the demo: what is written for machines, and the same as tables for people.
import type { CandidateFigures, FleetIncident } from '@tocsin/schemas';
import { tableLines, wrapped } from '../terminal/table.ts';
import type { Screen } from '../terminal/screen.ts';
import type { Check } from './checks.ts';
import { classColumns, type ClassOutcome } from './class-outcomes.ts';
import { columnsWithin, deviceColumns, initialisationColumns } from './report-columns.ts';
import type { DeviceOutcome } from './scoreboard.ts';

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
  incidents: readonly FleetIncident[];
  checks: readonly Check[];
};

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
    ...tableLines(report.devices, columnsWithin(deviceColumns(screen), columnsMax)),
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
