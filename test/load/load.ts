// `npm run load -- --scenario flood|newborn|hot-device|overload|all [--scale 1] [--log kafka]`: more than a scorer can take, on the embedded
// log or a Kafka that is started for it.
// Prints how it fared; exits with 1 where a window was lost, a record vanished without a trace, or memory had no bound.
import { parseArgs } from 'node:util';
import { judgeLoad, sampleHead, sampleRow, type LoadVerdict } from './judge-load.ts';
import { openLoadRoom, type LoadRoom, type LoadSetting } from './load-room.ts';
import type { LoadPlan } from './load-plan.ts';

type Scenario = {
  about: string;
  setting?: LoadSetting;
  plan: LoadPlan;
  /** What must hold beside nothing being lost; sentences about what does not. */
  judge(room: LoadRoom, verdict: LoadVerdict, plan: LoadPlan): string[];
};

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'all' },
    scale: { type: 'string', default: '1' },
    log: { type: 'string', default: 'embedded' },
  },
});
const scale = Number(values.scale);
const scaled = (n: number) => Math.max(1, Math.round(scale * n));

const tiny = { className: 'tiny', frameSamples: 4, perSecond: null };
const devicesMax = 800;

const scenarios: Record<string, Scenario> = {
  overload: {
    about: 'a fleet that sends as fast as records can be written, then stops: the lag grows and drains',
    plan: { className: 'pump', frameSamples: 512, devices: 200, rounds: scaled(300), perSecond: null },
    judge: ({ samples }) => [
      ...(Math.max(...samples.map(({ lag }) => lag)) > 1000
        ? []
        : ['the producer was no faster than the scorer: nothing was shown']),
      ...boundedBy(samples, 600),
    ],
  },
  'hot-device': {
    about: 'one device of 32 sends every record a hundred times',
    plan: { ...tiny, devices: 32, rounds: scaled(1500), hotCopies: 100 },
    judge: ({ samples }) => boundedBy(samples, 400),
  },
  flood: {
    about: `ids that nobody has met, ${(1000 * scaled(1000)).toLocaleString('en')} of them, among 32 devices; a partition may hold ${devicesMax}`,
    setting: { devicesMax },
    plan: { ...tiny, devices: 32, rounds: scaled(1000), strangers: 1000 },
    judge(room, { refused }) {
      const most = Math.max(...room.samples.map(({ devices }) => devices));
      return [
        ...(most <= 4 * devicesMax ? [] : [`${most} devices in memory, ${4 * devicesMax} allowed`]),
        ...((refused.get('too_many_devices') ?? 0) === 0 && most >= 4 * devicesMax
          ? ['the bound was reached and nobody refused']
          : []),
        ...boundedBy(room.samples, 800),
      ];
    },
  },
  newborn: {
    about: `${scaled(100_000).toLocaleString('en')} devices that appear at once`,
    setting: { devicesMax: 50_000 },
    plan: { ...tiny, devices: scaled(100_000), rounds: 4 },
    judge: ({ samples }, _, plan) => {
      const kilobytes = (1000 * (Math.max(...samples.map(({ heapMb }) => heapMb)) - samples[0].heapMb)) / plan.devices;
      process.stdout.write(`  ${kilobytes.toFixed(1)} kB of heap and buffers per device\n`);
      return kilobytes < 20 ? [] : [`${kilobytes.toFixed(1)} kB per device, 20 allowed`];
    },
  },
};

const chosen = Object.entries(scenarios).filter(([name]) => values.scenario === 'all' || values.scenario === name);
const kind = values.log === 'embedded' || values.log === 'kafka' ? values.log : null;
if (chosen.length === 0 || !(scale > 0) || kind === null)
  throw new Error(
    `--scenario is one of ${Object.keys(scenarios).join(', ')}, all; --scale is above 0; --log is embedded or kafka`,
  );
let hasFailed = false;
for (const [name, scenario] of chosen) hasFailed = !(await run(name, scenario, kind)) || hasFailed;
process.exit(hasFailed ? 1 : 0);

async function run(name: string, { about, setting, plan, judge }: Scenario, log: 'embedded' | 'kafka'): Promise<boolean> {
  say(`${name}: ${about}`);
  const room = await openLoadRoom({ ...setting, log });
  try {
    await room.scorer.start();
    room.sample();
    const produced = room.produce(plan);
    let before = room.samples[0];
    say(sampleHead);
    await room.watch(5000, produced, (sample) => {
      say(sampleRow(sample, before));
      before = sample;
    });
    const { sent, seconds } = await produced;
    const took = room.samples.at(-1)!.seconds;
    const verdict = await judgeLoad(room, plan);
    const problems = [...verdict.problems, ...judge(room, verdict, plan)];
    const refused = [...verdict.refused].map(([reason, n]) => `${reason} ${n}`).join(', ') || 'none';
    say(
      `  offered ${Math.round(sent / seconds)} records/s, read ${Math.round(sent / took)}/s; ${verdict.windows} windows, ${verdict.lost} lost, ${verdict.twice} twice; refused: ${refused}`,
    );
    say(problems.length === 0 ? '  passed\n' : `  FAILED: ${problems.join('; ')}\n`);
    return problems.length === 0;
  } finally {
    await room.close();
  }
}

/** Own memory above the first sample may not exceed so many megabytes, whatever was sent. */
function boundedBy(samples: LoadRoom['samples'], megabytes: number): string[] {
  const most = Math.max(...samples.map(({ ownMb }) => ownMb)) - samples[0].ownMb;
  return most <= megabytes ? [] : [`own memory grew by ${Math.round(most)} MB, ${megabytes} allowed`];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
