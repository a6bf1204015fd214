// `npm run simulate -- --schedules N | --minutes N | --seed S`: many schedules and a table of what happened, or one with its trace.
import { parseArgs } from 'node:util';
import { faultKinds, type FaultKind } from './faults.ts';
import { runSchedule } from './run-schedule.ts';
import { createTally, failed, replayCommand } from './tally.ts';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    base: { type: 'string' },
    without: { type: 'string', default: '' },
    quiet: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
  },
});
const without = faultKinds.filter((kind): kind is FaultKind => values.without.split(',').includes(kind));

if (values.seed !== undefined) {
  const trace = values.quiet ? () => undefined : say;
  const { verdict, faults, steps } = await runSchedule(Number(values.seed), { trace, without });
  say(JSON.stringify({ verdict, steps, faults: Object.fromEntries(Object.entries(faults).filter(([, n]) => n > 0)) }, null, 2));
  process.exitCode = failed(verdict) ? 1 : 0;
} else {
  const endMs = values.minutes === undefined ? Infinity : performance.now() + 60_000 * Number(values.minutes);
  const schedules = values.schedules === undefined ? (values.minutes === undefined ? 1000 : Infinity) : Number(values.schedules);
  const base = values.base === undefined ? Date.now() % 2 ** 31 : Number(values.base);
  const tally = createTally();
  say(`seeds from ${base}`);
  const startedMs = performance.now();
  for (let i = 0; i < schedules && performance.now() < endMs && !(values.first && tally.failures().length > 0); i++) {
    const outcome = await runSchedule(base + i, { without });
    tally.add(outcome);
    if (failed(outcome.verdict)) say(`seed ${outcome.seed}: ${outcome.verdict.problems[0]}\n  ${replayCommand(outcome.seed)}`);
  }
  say(tally.table((performance.now() - startedMs) / 60_000));
  process.exitCode = tally.failures().length > 0 ? 1 : 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
