// Storms in words and figures: a line for each, a table of all, and the report that docs/reliability.md is written from.
import { cpus, loadavg } from 'node:os';
import { hasFailed, type StormOutcome } from './run-storm.ts';
import { scenarioNames, scenarios } from './scenarios.ts';

/** One line of the terminal. */
export function lineOf(outcome: StormOutcome): string {
  const { scenario, seed, records, verdict, longestStallMs, exits, handover } = outcome;
  const { windows, alerts, lost, wrong, conflicting, repeated } = verdict;
  const faults = Object.entries(outcome.faults).map(([kind, n]) => `${n} ${kind}`);
  const stop = exits.count === 0 ? '' : `, SIGTERM to end at most ${exits.longestMs} ms`;
  const took = handover === null ? '' : `, taken over ${handover.takeoverAfterKillMs} ms after kill -9`;
  return (
    `${hasFailed(outcome) ? 'FAILED' : 'ok    '} ${scenario} seed ${seed}: ${records} records, ${windows} windows, ${alerts} alerts; ` +
    `lost ${lost}, wrong ${wrong}, conflicting ${conflicting}, repeated ${repeated}; ` +
    `longest stall ${(longestStallMs / 1000).toFixed(1)} s${stop}${took} (${faults.join(', ')})`
  );
}

/** All of them, scenario by scenario. */
export function tableOf(outcomes: readonly StormOutcome[]): string {
  const head = [
    'scenario',
    'runs',
    'records',
    'windows',
    'alerts',
    'lost',
    'wrong',
    'conflicting',
    'repeated',
    'longest stall s',
  ];
  const names = [...new Set(outcomes.map(({ scenario }) => scenario))];
  const rows = names.map((name) => {
    const runs = outcomes.filter(({ scenario }) => scenario === name);
    const sum = (of: (run: StormOutcome) => number): string => String(runs.reduce((total, run) => total + of(run), 0));
    return [
      name,
      String(runs.length),
      sum(({ records }) => records),
      ...(['windows', 'alerts', 'lost', 'wrong', 'conflicting', 'repeated'] as const).map((of) =>
        sum(({ verdict }) => verdict[of]),
      ),
      (Math.max(...runs.map(({ longestStallMs }) => longestStallMs)) / 1000).toFixed(1),
    ];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  return [head, ...rows]
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '))
    .join('\n');
}

/** All runs in the order of scenarios and seeds; of two with one seed the new one counts. */
export function withEarlier(earlier: readonly StormOutcome[], outcomes: readonly StormOutcome[]): StormOutcome[] {
  const isNew = (run: StormOutcome) => outcomes.some(({ scenario, seed }) => scenario === run.scenario && seed === run.seed);
  const place = ({ scenario }: StormOutcome) => scenarioNames.indexOf(scenario);
  return [...earlier.filter((run) => !isNew(run)), ...outcomes].toSorted((a, b) => place(a) - place(b) || a.seed - b.seed);
}

/** What is kept of an invocation. `broken` runs did not come to an end. */
export function reportOf(outcomes: readonly StormOutcome[], by: { kafka: string; redis: string; broken: readonly string[] }) {
  return {
    kafka: by.kafka,
    redis: by.redis,
    node: process.versions.node,
    cores: cpus().length,
    // How busy the machine was in the last quarter of an hour, with whatever else ran on it.
    loadAverage: Math.round(10 * loadavg()[2]) / 10,
    about: Object.fromEntries(Object.entries(scenarios).map(([name, { about }]) => [name, about])),
    broken: by.broken,
    runs: outcomes.map(({ folder: _folder, ...run }) => run),
  };
}
