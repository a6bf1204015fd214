// `tocsin replay`: recorded data onto the telemetry topic, as devices would have sent them.
import { Option, type Command } from 'commander';
import { readConfig, type Config } from '@tocsin/config';
import { openFleet, recordedReadings, replay, telemetryRecords, type DataSet, type ReplayProgress } from '@tocsin/simulator';
import { openTransport, type LogAdmin, type Transport } from '@tocsin/transport';
import { configSource } from '../local-defaults.ts';
import { chooseDevices } from '../replay/choose-devices.ts';
import { planReplay, type Pace, type ReplayPlan } from '../replay/plan-replay.ts';
import { classesYaml, classMistakes, recordedClasses } from '../replay/recorded-classes.ts';
import { count, counted, duration, megabytes, moment } from '../terminal/figures.ts';
import { createScreen, type Screen } from '../terminal/screen.ts';
import { wantsColour, type Outcome, type World } from '../world.ts';
import { configFlag, configHelp, nameList, positiveNumber } from './options.ts';

type ReplayFlags = {
  data: string;
  to?: 'kafka' | 'embedded';
  config?: string;
  speed?: number;
  for?: number;
  sets?: string[];
  devices?: string[];
  fromNow?: true;
  printClasses?: true;
};

const examples = `
Examples:
  tocsin replay --data DIR --print-classes >> tocsin.yaml          the classes that the recordings need
  tocsin replay --data DIR --config tocsin.yaml                    as fast as the log takes it
  tocsin replay --data DIR --config tocsin.yaml --speed 1 --from-now
  tocsin replay --data DIR --to embedded --sets gearbox --for 60   to \`tocsin run\` on this machine

Without --from-now records keep their recorded times. Windows are scored once: what was played before and is played again at the
same times changes nothing.`;

/** Exit code where a signal ended the replay, as shells expect it of SIGINT. */
const interruptedCode = 130;

export function addReplay(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('replay')
    .summary('recorded data onto the telemetry topic')
    .description(
      'Plays recorded data onto the telemetry topic, keyed by device. Format of the data: services/simulator/data/README.md.',
    )
    .requiredOption('--data <dir>', 'folder of one data set, or of several')
    .addOption(new Option('--to <log>', 'where to, instead of what the configuration says').choices(['kafka', 'embedded']))
    .option(configFlag, configHelp)
    .addOption(
      new Option('--speed <x>', 'recorded time per time; default as fast as possible').argParser(positiveNumber).conflicts('for'),
    )
    .option('--for <seconds>', 'how long the whole is to last', positiveNumber)
    .option('--sets <names>', 'only these data sets, separated by commas', nameList)
    .option('--devices <ids>', 'only these devices, separated by commas', nameList)
    .option('--from-now', 'move recorded times to now')
    .option('--print-classes', 'print the classes section that the configuration needs, and play nothing')
    .addHelpText('after', examples)
    .action(async (flags: ReplayFlags) => {
      const dataSets = chooseDevices(openFleet(flags.data).dataSets, flags);
      if (flags.printClasses === true) return void world.stdout.write(classesYaml(recordedClasses(dataSets)));
      const { path, env } = configSource(flags.config, world.env);
      const config = readConfig(path, flags.to === undefined ? env : { ...env, TOCSIN_TRANSPORT_KIND: flags.to });
      end(await playRecordings(world, config, dataSets, flags));
    });
}

async function playRecordings(world: World, config: Config, dataSets: readonly DataSet[], flags: ReplayFlags): Promise<number> {
  const screen = createScreen(world.stdout, world.now, wantsColour(world));
  warnOfClasses(screen, config, dataSets);
  const pace: Pace = flags.for === undefined ? { speed: flags.speed ?? Infinity } : { durationMs: flags.for * 1000 };
  const transport = openTransport(config.transport, (level, message) => {
    if (level === 'error') screen.event(screen.colour('dim', `log: ${message}`));
  });
  try {
    const topic = config.topics.telemetry[0];
    screen.event(await introduce(transport.admin(), topic, config.topics.partitions));
    const signal = world.interrupted();
    const plan = planReplay(dataSets, pace, flags.fromNow === true ? world.now() : null);
    const { progress, bytes, elapsedMs } = await send(world, transport, { plan, pace, topic, screen, signal });
    const isCut = signal.aborted;
    const how = `${counted(progress.records, 'record')} of ${counted(plan.devices.length, 'device')} (${megabytes(bytes)})`;
    const rate = `${count(progress.records / Math.max(elapsedMs / 1000, 1e-3))} records/s`;
    screen.event(
      `${isCut ? 'stopped: ' : ''}sent ${how} to ${topic} in ${duration(elapsedMs)}, ${rate}; event time up to ${moment(progress.eventMs)}`,
    );
    return isCut ? interruptedCode : 0;
  } finally {
    screen.done();
    await transport.close();
  }
}

function warnOfClasses(screen: Screen, config: Config, dataSets: readonly DataSet[]): void {
  const wanted = recordedClasses(dataSets);
  const mistakes = classMistakes(wanted, config.classes);
  if (mistakes.length === 0) return;
  for (const mistake of mistakes) screen.event(screen.colour('yellow', `${mistake}; the scorer will refuse its readings`));
  screen.event(`the configuration needs:\n\n${classesYaml(wanted)}`);
}

/** Creates the topic where it is missing. */
async function introduce(admin: LogAdmin, topic: string, partitions: number): Promise<string> {
  const server = await admin.ping();
  const there = await admin.describe(topic);
  if (there !== null) return `topic ${topic} with ${counted(there.partitions.length, 'partition')}, ${server}`;
  await admin.ensureTopics([{ name: topic, partitions, stamped: true }]);
  return `topic ${topic} created with ${counted(partitions, 'partition')}, ${server}`;
}

type Sending = { plan: ReplayPlan; pace: Pace; topic: string; screen: Screen; signal: AbortSignal };
type Sent = { progress: ReplayProgress; bytes: number; elapsedMs: number };

/** Ends after the batch in flight where the signal comes. */
async function send({ now, sleep }: World, transport: Transport, { plan, pace, topic, screen, signal }: Sending): Promise<Sent> {
  const writer = transport.writer();
  const startedMs = now();
  let bytes = 0;
  const progress = await replay({
    sources: plan.devices.map(({ device, startMs }) => ({
      firstMs: startMs,
      lastMs: startMs + device.endMs - device.startMs,
      records: telemetryRecords(recordedReadings(device, { startMs }), topic),
    })),
    pace,
    async send(records) {
      await writer.send(records);
      for (const { value } of records) bytes += value?.length ?? 0;
    },
    now,
    sleep,
    signal,
    onSent({ records, eventMs, behindMs }) {
      const rate = `${count(records / Math.max((now() - startedMs) / 1000, 1e-3))}/s`;
      const behind = Number.isFinite(behindMs) && behindMs > 1000 && !('speed' in pace && pace.speed === Infinity);
      const parts = [
        counted(records, 'record'),
        rate,
        megabytes(bytes),
        moment(eventMs),
        ...(behind ? [`${duration(behindMs)} behind`] : []),
      ];
      screen.progress((eventMs - plan.firstMs) / (plan.lastMs - plan.firstMs), parts.join('  '));
    },
  });
  await writer.close();
  return { progress, bytes, elapsedMs: now() - startedMs };
}
