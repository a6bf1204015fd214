// `npm run simulate`: many schedules and a table of what happened, or one with its trace; `--help` says how.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commitNow } from '../fixtures/commit-now.ts';
import { faultKinds, type FaultKind } from './faults.ts';
import { playPart, playParts } from './parts.ts';
import { runSchedule, type Outcome } from './run-schedule.ts';
import { createTally, failed, replayCommand, type Tally } from './tally.ts';

const help = `npm run simulate -- [--schedules N | --minutes N | --seed S] [options]

  --schedules N   so many schedules, 1000 unless given; each has a seed of its own, one after the other
  --minutes N     as many as come to an end in so many minutes
  --base S        the first seed; from the clock unless given. The same seeds of the same sources give the same, to the last event
  --threads N     divides the seeds among so many processes, 1 unless given
  --out FILE      leaves a summary as JSON; written every ten seconds, when all is done, and on Ctrl-C or SIGTERM
  --first         ends with the first schedule that fails
  --amend MS      late samples amend windows for so long; not with retention
  --without A,B   kinds of faults that are left out: ${faultKinds.join(', ')}
  --seed S        plays this one schedule and says what happens in it; --quiet says only what came of it
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
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
const without = unplayed();
const endMs = values.minutes === undefined ? Infinity : performance.now() + 60_000 * Number(values.minutes);
const schedules = values.schedules === undefined ? (values.minutes === undefined ? 1000 : Infinity) : Number(values.schedules);
const base = values.base === undefined ? Date.now() % 2 ** 31 : Number(values.base);
const threads = Number(values.threads);
const saveEveryMs = 10_000;

if (values.help) say(help);
else if (values.seed !== undefined) await replay(Number(values.seed));
else if (values.part !== undefined) await playPart(seedsOf(Number(values.part)), play, values.first);
else await runAll();

function play(seed: number): Promise<Outcome> {
  return runSchedule(seed, { without, amendMs });
}

async function replay(seed: number): Promise<void> {
  const trace = values.quiet ? () => undefined : say;
  const { verdict, faults, steps } = await runSchedule(seed, { trace, without, amendMs });
  say(JSON.stringify({ verdict, steps, faults: Object.fromEntries(Object.entries(faults).filter(([, n]) => n > 0)) }, null, 2));
  process.exitCode = failed(verdict) ? 1 : 0;
}

/** Every `threads`-th seed. */
function* seedsOf(part: number): Generator<number> {
  for (let i = part; i < schedules && performance.now() < endMs; i += threads) yield base + i;
}

async function runAll(): Promise<void> {
  const tally = createTally();
  say(`seeds from ${base}`);
  const commit = commitNow();
  const startedMs = performance.now();
  let savedMs = startedMs;
  const save = (ended: Ended): void => {
    savedMs = performance.now();
    if (values.out !== undefined) writeSummary(values.out, tally, { ended, commit });
  };
  const onOutcome = (outcome: Outcome): void => {
    tally.add(outcome);
    if (failed(outcome.verdict))
      say(`seed ${outcome.seed}: ${outcome.verdict.problems[0]}\n  ${replayCommand(outcome.seed, amendMs)}`);
    if (performance.now() - savedMs > saveEveryMs) save('not yet');
  };
  const args = [...process.argv.slice(2), '--base', `${base}`];
  const { isComplete, problems } = await playParts(fileURLToPath(import.meta.url), args, threads, onOutcome);
  for (const problem of problems) say(problem);
  say(tally.table((performance.now() - startedMs) / 60_000));
  save(isComplete ? 'complete' : 'interrupted');
  process.exitCode = tally.failures().length > 0 || problems.length > 0 ? 1 : isComplete ? 0 : 130;
}

/** How a run of schedules ended, in its summary. */
type Ended = 'not yet' | 'interrupted' | 'complete';

/** What lies in the file is always whole. */
function writeSummary(file: string, tally: Tally, { ended, commit }: { ended: Ended; commit: string }): void {
  const { version }: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const played = { amendMs, ...(without.length > 0 ? { without } : {}) };
  writeFileSync(`${file}.part`, `${JSON.stringify({ version, commit, ended, ...played, ...tally.summary() }, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}

/** The sources are those of when the run began, whatever is committed meanwhile. */
/** Revisions are counted from what is left of the log: not with retention. */
function unplayed(): FaultKind[] {
  const named = values.without.split(',').filter((name) => name !== '');
  const unknown = named.find((name) => !faultKinds.some((kind) => kind === name));
  if (unknown !== undefined) throw new Error(`--without ${unknown}: expected some of ${faultKinds.join(', ')}`);
  return faultKinds.filter((kind) => named.includes(kind) || (amendMs > 0 && kind === 'retention'));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
