// `tocsin labels`: say what an alert or a window was, and see what has been said.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { readConfig } from '@tocsin/config';
import { logMessageOf, createLogger } from '@tocsin/observability';
import { decodeLabel, encodeLabel, verdicts, type Label, type Verdict } from '@tocsin/schemas';
import { openTransport, type LogRecord, type Transport } from '@tocsin/transport';
import { newestRecords } from '../doctor/newest-records.ts';
import { configSource } from '../local-defaults.ts';
import { tableLines, type Column } from '../terminal/table.ts';
import { UsageError } from '../usage-error.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp, wholeNumber } from './options.ts';

const details = `
real          an anomaly: windows like it score higher on this device from now on
false-alarm   normal for this device: the alert closes, the device learns it
maintenance   somebody is at the machine: no alerts, no learning, for a day or until the next verdict; needs no --subject
unsure        takes an earlier verdict back

A verdict takes effect on the device's next window. The later of two verdicts on one subject stands.`;

const listedPerPartition = 200;
const listLimitMs = 8000;

type AddOptions = { config?: string; device: string; subject?: string; verdict: Verdict; note: string; who?: string };
type ListOptions = { config?: string; device?: string; limit: number; json?: true };

export function addLabels(program: Command, world: World, end: (outcome: Outcome) => void): void {
  const labels = program.command('labels').summary('say what an alert was, and see what has been said');
  labels
    .command('add')
    .description('Says what an alert or a window was. The scorer and the trainer learn from it.')
    .option(configFlag, configHelp)
    .requiredOption('--device <id>', 'the device')
    .option('--subject <id>', 'id of the alert or of the window')
    .addOption(new Option('--verdict <verdict>', 'what it was').choices(verdicts).makeOptionMandatory())
    .option('--note <text>', 'for people', '')
    .option('--who <name>', 'who says so; default: the user of this machine')
    .addHelpText('after', details)
    .action(async (options: AddOptions) => {
      const label = labelOf(options, world);
      await sendLabel(options.config, world, label);
      world.stdout.write(`${label.labelId}  ${label.deviceId} ${label.subjectId}: ${label.verdict}\n`);
      end(0);
    });
  labels
    .command('list')
    .description('Prints the newest verdicts, the newest last.')
    .option(configFlag, configHelp)
    .option('--device <id>', 'of this device only')
    .option('--limit <n>', 'so many at most', wholeNumber, 20)
    .option('--json', 'one JSON object per line')
    .action(async ({ config, device, limit, json }: ListOptions) => {
      const found = await withLabels(config, world, (transport, topic) => newestLabels(transport, topic, world));
      const wanted = found.filter(({ deviceId }) => device === undefined || deviceId === device).slice(-limit);
      const lines = json === true ? wanted.map((label) => JSON.stringify(label)) : tableLines(wanted, columns);
      world.stdout.write(wanted.length === 0 && json !== true ? 'no labels\n' : lines.map((line) => `${line}\n`).join(''));
      end(0);
    });
}

const columns: Column<Label>[] = [
  { title: 'when (UTC)', align: 'left', cell: ({ atMs }) => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ') },
  { title: 'device', align: 'left', cell: ({ deviceId }) => deviceId },
  { title: 'verdict', align: 'left', cell: ({ verdict }) => verdict },
  { title: 'subject', align: 'left', cell: ({ subjectId }) => subjectId },
  { title: 'who', align: 'left', cell: ({ who }) => who },
  { title: 'note', align: 'left', cell: ({ note }) => note },
];

function labelOf({ device, subject, verdict, note, who }: AddOptions, world: World): Label {
  if (subject === undefined && verdict !== 'maintenance')
    throw new UsageError(`--subject is missing; name the alert or the window that is ${verdict}, as in the alert's alertId`);
  return {
    labelId: randomUUID(),
    deviceId: device,
    subjectId: subject ?? device,
    verdict,
    who: who ?? whoever(world),
    atMs: world.now(),
    note,
  };
}

/** Appends a label to the topic that the configuration names. */
export async function sendLabel(config: string | undefined, world: World, label: Label): Promise<void> {
  await withLabels(config, world, async (transport, topic) => {
    const writer = transport.writer();
    await writer.send([{ topic, key: label.deviceId, value: encodeLabel(label) }]);
    await writer.close();
  });
}

/** Who says something, where nobody is named. */
export function whoever({ env }: Pick<World, 'env'>): string {
  return env['USER'] ?? userInfo().username;
}

async function withLabels<T>(
  config: string | undefined,
  world: World,
  use: (transport: Transport, topic: string) => Promise<T>,
): Promise<T> {
  const { path, env } = configSource(config, world.env);
  const { transport: settings, topics, log } = readConfig(path, env);
  const transport = openTransport(settings, logMessageOf(createLogger({ service: 'labels', ...log })));
  try {
    await transport.admin().ensureTopics([{ name: topics.labels, partitions: topics.partitions }]);
    return await use(transport, topics.labels);
  } finally {
    await transport.close();
  }
}

/** Labels by the time they were given; what cannot be read is left out. */
async function newestLabels(transport: Transport, topic: string, { now, sleep }: World): Promise<Label[]> {
  const info = await transport.admin().describe(topic);
  if (info === null) return [];
  const groupId = `tocsin.labels.list.${randomUUID()}`;
  const { records } = await newestRecords(transport, [info], {
    groupId,
    perPartition: listedPerPartition,
    limitMs: listLimitMs,
    now,
    sleep,
  });
  return records.flatMap(readable).toSorted((one, two) => one.atMs - two.atMs);
}

function readable({ value }: LogRecord): Label[] {
  try {
    return value === null ? [] : [decodeLabel(value)];
  } catch {
    return [];
  }
}
