// From the outcomes of all tasks to the report. Pure.
import { meanOf } from '../metrics/bootstrap.ts';
import { figureNames, type FigureName, type Figures } from '../metrics/device-figures.ts';
import type { DeviceResult } from '../protocol/judge-class.ts';
import type { EvaluationPlan } from '../protocol/evaluation-plan.ts';
import type { Shots } from '../protocol/score-device.ts';
import type { Evaluated, Method, Outcome } from '../runner/run-evaluation.ts';
import type { EvaluationSet } from '../sets/evaluation-sets.ts';
import { barsOf, compareWithBars } from './compare.ts';
import {
  macroSets,
  type EvaluationReport,
  type MacroRow,
  type ReportedDevice,
  type ReportedSet,
  type Row,
} from './evaluation-report.ts';
import { reachLines } from './reach.ts';

/** Every device weighs the same in a set, every set the same in the mean over sets; seeds are averaged per device first. `note` is passed on. */
export function buildReport(
  { outcomes, failures }: Evaluated,
  plan: EvaluationPlan,
  sets: readonly EvaluationSet[],
  methods: readonly Method[],
  note?: string,
): EvaluationReport {
  const reportedSets = sets.map(({ name, dataSet }): ReportedSet => {
    const first = outcomes.find(({ set }) => set === name);
    return { name, dataSet, classes: first?.result.map(({ facts }) => facts) ?? [] };
  });
  const rows = sets.flatMap((set) => methods.flatMap((method) => rowsOf(set.name, method.name, outcomes)));
  const bars = barsOf(rows, methods);
  const report: Omit<EvaluationReport, 'reach'> = {
    kind: 'tocsin-evaluation',
    version: 1,
    ...(note === undefined ? {} : { note }),
    plan,
    sets: reportedSets,
    methods: methods.map(({ code: _code, ...method }) => method),
    rows,
    macro: macroRows(rows, macroSets(reportedSets)),
    bars,
    comparisons: compareWithBars(rows, bars, macroSets(reportedSets)),
    costs: sets.flatMap((set) => methods.flatMap((method) => costOf(set.name, method.name, outcomes))),
    origins: outcomes
      .filter(({ seed }) => seed === 1)
      .flatMap(({ set, method, result }) =>
        result.flatMap(({ facts: { name: deviceClass }, result: { origin } }) =>
          origin === null ? [] : [{ set, deviceClass, method, origin }],
        ),
      ),
    skips: outcomes
      .filter(({ seed }) => seed === 1)
      .flatMap(({ set, method, result }) =>
        result.flatMap(({ result: { skips } }) => skips.map((skip) => ({ set, method, ...skip }))),
      ),
    failures,
  };
  return { ...report, reach: reachLines(report) };
}

function rowsOf(set: string, method: string, outcomes: readonly Outcome[]): Row[] {
  const results = outcomes
    .filter((outcome) => outcome.set === set && outcome.method === method)
    .flatMap(({ result }) => result.flatMap(({ result: { devices } }) => devices));
  return [...groupBy(results, ({ shots, anomalies }) => `${shots}/${anomalies}`).values()].map((group) => {
    const devices = [...groupBy(group, ({ deviceId }) => deviceId).values()].map(meanDevice);
    const { shots, anomalies } = group[0];
    const groups = [...groupBy(devices, (device) => device.group)];
    return {
      set,
      method,
      shots,
      anomalies,
      supportWindows: meanOf(group.map(({ supportWindows }) => supportWindows)),
      figures: meanFigures(devices.map(({ figures }) => figures)),
      counts: countFigures(devices),
      byGroup: groups.length < 2 ? {} : Object.fromEntries(groups.map(([name, part]) => [name, meanFigure(part, 'auroc')])),
      devices,
    };
  });
}

function meanDevice(seeds: readonly DeviceResult[]): ReportedDevice {
  const { deviceId, group } = seeds[0];
  return { deviceId, group, figures: meanFigures(seeds.map(({ figures }) => figures)) };
}

function macroRows(rows: readonly Row[], sets: readonly string[]): MacroRow[] {
  const counted = rows.filter(({ set }) => sets.includes(set));
  return [...groupBy(counted, ({ method, shots, anomalies }) => `${method}/${shots}/${anomalies}`).values()].map((group) => {
    const { method, shots, anomalies }: Shots & { method: string } = group[0];
    const figures = meanFigures(group.map((row) => row.figures));
    return { method, shots, anomalies, sets: group.filter((row) => row.figures.auroc !== null).length, figures };
  });
}

function costOf(set: string, method: string, outcomes: readonly Outcome[]): EvaluationReport['costs'] {
  const results = outcomes
    .filter((outcome) => outcome.set === set && outcome.method === method)
    .flatMap(({ result }) => result.map(({ result: { fitMs, adaptMs, scoreUs } }) => ({ fitMs, adaptMs, scoreUs })));
  if (results.length === 0) return [];
  const mean = (name: 'fitMs' | 'adaptMs' | 'scoreUs'): number =>
    Number(meanOf(results.map((result) => result[name])).toPrecision(3));
  return [{ set, method, fitMs: mean('fitMs'), adaptMs: mean('adaptMs'), scoreUs: mean('scoreUs') }];
}

function meanFigures(figures: readonly Figures[]): Figures {
  const mean = (name: FigureName): number | null => meanKnown(figures.map((entry) => entry[name]));
  return {
    auroc: mean('auroc'),
    auprc: mean('auprc'),
    vusPr: mean('vusPr'),
    eventRecall: mean('eventRecall'),
    falsePositiveRate: mean('falsePositiveRate'),
    falseAlarmsPerDay: mean('falseAlarmsPerDay'),
    delayWindows: mean('delayWindows'),
  };
}

function countFigures(devices: readonly ReportedDevice[]): Record<FigureName, number> {
  const count = (name: FigureName): number => devices.filter(({ figures }) => figures[name] !== null).length;
  const [auroc, auprc, vusPr, eventRecall, falsePositiveRate, falseAlarmsPerDay, delayWindows] = figureNames.map(count);
  return { auroc, auprc, vusPr, eventRecall, falsePositiveRate, falseAlarmsPerDay, delayWindows };
}

function meanFigure(devices: readonly ReportedDevice[], name: FigureName): number | null {
  return meanKnown(devices.map(({ figures }) => figures[name]));
}

/** To six digits, which is more than any of them deserves. */
function meanKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Number(meanOf(known).toPrecision(6));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
