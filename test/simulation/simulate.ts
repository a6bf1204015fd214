// `npm run simulate -- --schedules N | --minutes N | --seed S`: many schedules and a table of what happened, or one with its trace.
// `--amend MS` has late samples amend windows, `--threads N` divides the seeds among processes, `--out FILE` leaves a summary.
import { fork, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultKinds, type FaultKind } from './faults.ts';
import { runSchedule, type Outcome } from './run-schedule.ts';
import { createTally, failed, replayCommand, type Tally } from './tally.ts';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    base: { type: 'string' },
    without: { type: 'string', default: '' },
    amend: { type: 'string', default: '0' },
    quiet: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
    part: { type: 'string' },
    out: { type: 'string' },
  },
});
const amendMs = Number(values.amend);
// Revisions are counted from what is left of the log: not with retention.
const unplayed = amendMs > 0 ? [...values.without.split(','), 'retention'] : values.without.split(',');
const without = faultKinds.filter((kind): kind is FaultKind => unplayed.includes(kind));
const endMs = values.minutes === undefined ? Infinity : performance.now() + 60_000 * Number(values.minutes);
const schedules = values.schedules === undefined ? (values.minutes === undefined ? 1000 : Infinity) : Number(values.schedules);
const base = values.base === undefined ? Date.now() % 2 ** 31 : Number(values.base);
const threads = Number(values.threads);

if (values.seed !== undefined) await replay(Number(values.seed));
else if (values.part !== undefined) await runPart(Number(values.part), (outcome) => process.send?.(outcome));
else await runAll();

async function replay(seed: number): Promise<void> {
  const trace = values.quiet ? () => undefined : say;
  const { verdict, faults, steps } = await runSchedule(seed, { trace, without, amendMs });
  say(JSON.stringify({ verdict, steps, faults: Object.fromEntries(Object.entries(faults).filter(([, n]) => n > 0)) }, null, 2));
  process.exitCode = failed(verdict) ? 1 : 0;
}

/** Every `threads`-th seed. */
async function runPart(part: number, onOutcome: (outcome: Outcome) => void): Promise<void> {
  let hasFailed = false;
  for (let i = part; i < schedules && performance.now() < endMs && !(values.first && hasFailed); i += threads) {
    const outcome = await runSchedule(base + i, { without, amendMs });
    hasFailed ||= failed(outcome.verdict);
    onOutcome(outcome);
  }
}

async function runAll(): Promise<void> {
  const tally = createTally();
  say(`seeds from ${base}`);
  const startedMs = performance.now();
  const onOutcome = (outcome: Outcome): void => {
    tally.add(outcome);
    if (failed(outcome.verdict))
      say(`seed ${outcome.seed}: ${outcome.verdict.problems[0]}\n  ${replayCommand(outcome.seed, amendMs)}`);
  };
  if (threads === 1) await runPart(0, onOutcome);
  else await Promise.all(Array.from({ length: threads }, (_, part) => runInProcess(part, onOutcome)));
  const minutes = (performance.now() - startedMs) / 60_000;
  say(tally.table(minutes));
  if (values.out !== undefined) writeSummary(values.out, tally);
  process.exitCode = tally.failures().length > 0 ? 1 : 0;
}

function runInProcess(part: number, onOutcome: (outcome: Outcome) => void): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--base', `${base}`, '--part', `${part}`]);
  child.on('message', (outcome: Outcome) => onOutcome(outcome));
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`part ${part} of the schedules ended with ${code}`))));
  });
}

function writeSummary(file: string, tally: Tally): void {
  const { version }: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const commit = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(file, `${JSON.stringify({ version, commit, ...tally.summary() }, null, 2)}\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
