// The tables of what was judged and what it cost. Pure.
import type { EvaluationReport } from './evaluation-report.ts';
import { table } from './text-table.ts';

/** What there was to learn from and to judge. */
export function setTable({ sets }: EvaluationReport): string {
  const lines = sets.flatMap(({ name, classes }) =>
    classes.map((facts) => [
      name,
      facts.name === name ? '' : facts.name,
      `${facts.trainDevices}`,
      `${facts.judgedDevices}`,
      `${facts.samples}/${facts.hop}`,
      `${facts.d}`,
      `${facts.judgedWindows}`,
      `${facts.anomalousWindows}`,
      `${facts.events}`,
    ]),
  );
  return table(['set', 'class', 'learnt from', 'judged', 'window/hop', 'd', 'windows', 'anomalous', 'events'], lines);
}

/** Medians over sets. */
export function costTable({ methods, costs }: EvaluationReport): string {
  const lines = methods.map(({ name }) => {
    const own = costs.filter(({ method }) => method === name);
    return [
      name,
      median(own.map(({ fitMs }) => fitMs)),
      median(own.map(({ adaptMs }) => adaptMs)),
      median(own.map(({ scoreUs }) => scoreUs)),
    ];
  });
  return table(['method', 'fit, ms', 'adapt, ms', 'score, us'], lines);
}

function median(values: readonly number[]): string {
  return values.length === 0 ? '–' : values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)].toPrecision(2);
}
