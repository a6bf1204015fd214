// `npm run soak -- --minutes 30 --load 0.8 [--out FILE]`: measures what the scorer can take, offers that share of it for so long, and
// looks whether memory stays flat and the lag does not grow. Devices come and go all the time, and some records are no telemetry.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { judgeLoad, sampleHead, sampleRow } from './judge-load.ts';
import { openLoadRoom } from './load-room.ts';
import { recordsOf, type LoadPlan } from './load-plan.ts';
import { measureCapacity } from './measure-capacity.ts';
import { judgeSoak, type Slope } from './soak-verdict.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    load: { type: 'string', default: '0.8' },
    out: { type: 'string' },
    every: { type: 'string', default: '10' },
  },
});
const [minutes, load, everySeconds] = [Number(values.minutes), Number(values.load), Number(values.every)];
if (!(minutes > 0 && load > 0 && everySeconds > 0)) throw new Error('--minutes, --load and --every are above 0');

const fleet = { className: 'pump', frameSamples: 512, devices: 100 };
/** Windows lie in the log until they are counted at the end; telemetry need not. */
const retainRecords = 20_000_000;

const capacity = await measureCapacity(fleet, retainRecords);
const perSecond = Math.max(1, Math.round(load * capacity));
const rounds = Math.ceil((60 * minutes * perSecond) / fleet.devices);
const plan: LoadPlan = { ...fleet, rounds, perSecond, churnRounds: 20, poisonRounds: 10 };
say(`capacity ${Math.round(capacity)} records/s; ${perSecond}/s for ${minutes} minutes, ${recordsOf(plan).all} records`);

const room = await openLoadRoom({ retainRecords });
await room.scorer.start();
const produced = room.produce(plan);
let before = room.sample();
say(sampleHead);
await room.watch(1000 * everySeconds, produced, (sample) => {
  say(sampleRow(sample, before));
  before = sample;
});
const { sent, seconds } = await produced;
// The last samples are of a producer that has ended.
const samples = room.samples.filter((sample) => sample.seconds < seconds);
const verdict = judgeSoak(samples, perSecond);
const { windows, lost, twice, refused, problems: losses } = await judgeLoad(room, plan);
await room.close();

const problems = [...verdict.problems, ...losses];
if (samples.length < 9) problems.push(`${samples.length} samples, at least 9 needed: choose more --minutes or a smaller --every`);
say(`  heap after a collection ${verdict.meanHeapMb.toFixed(0)} MB, slope per hour ${shown(verdict.heapMbPerHour)}`);
say(`  own memory ${verdict.meanOwnMb.toFixed(0)} MB, slope per hour ${shown(verdict.ownMbPerHour)}`);
say(
  `  lag at most ${verdict.lagMax} records (${(verdict.lagMax / perSecond).toFixed(1)} s), slope per hour ${shown(verdict.lagPerHour)}`,
);
say(
  `  ${windows} windows, ${lost} lost, ${twice} twice; refused: ${[...refused].map(([reason, n]) => `${reason} ${n}`).join(', ')}`,
);
say(problems.length === 0 ? '  passed' : `  FAILED: ${problems.join('; ')}`);
if (values.out !== undefined) {
  const machine = { node: process.version, cpu: cpus()[0].model, cores: cpus().length };
  const result = {
    machine,
    minutes,
    load,
    capacityPerSecond: Math.round(capacity),
    offeredPerSecond: Math.round(sent / seconds),
    windows,
    lost,
    twice,
    refused: Object.fromEntries(refused),
    ...verdict,
    problems,
    samples,
  };
  writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
}
process.exit(problems.length === 0 ? 0 : 1);

function shown({ perHour, low, high }: Slope): string {
  return `${perHour.toFixed(1)} (95 %: ${low.toFixed(1)} to ${high.toFixed(1)})`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
