// `tocsin undelivered`: notices that a sink could finally not deliver, and sending them again.
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { readConfig, type Config } from '@tocsin/config';
import { createLogger, logMessageOf } from '@tocsin/observability';
import { openTransport, type LogRecord, type Transport } from '@tocsin/transport';
import { keyText, printable } from '../dlq/printable.ts';
import { newestRecords } from '../doctor/newest-records.ts';
import { configSource } from '../local-defaults.ts';
import { tableLines, type Column } from '../terminal/table.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp } from './options.ts';

type Options = { config?: string; sink?: string; json?: true; again?: true };
type Undelivered = {
  record: LogRecord;
  when: string;
  sink: string;
  outcome: string;
  why: string;
  attempts: string;
  notice: string;
};

const listedPerPartition = 500;
const listLimitMs = 8000;

export function addUndelivered(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('undelivered')
    .summary('notices that a sink could not deliver')
    .description('Prints the newest notices that a sink could finally not deliver, the newest last.')
    .option(configFlag, configHelp)
    .option('--sink <name>', 'of this sink only')
    .option('--json', 'one JSON object per line')
    .option('--again', 'send what is listed again, each to its sink only, with the id that it had')
    .action(async ({ config: file, sink, json, again }: Options) => {
      const { path, env } = configSource(file, world.env);
      const config = readConfig(path, env);
      const transport = openTransport(config.transport, logMessageOf(createLogger({ service: 'undelivered', ...config.log })));
      try {
        const found = (await read(transport, config, world)).filter((each) => sink === undefined || each.sink === sink);
        world.stdout.write(textOf(found, json === true));
        world.stderr.write(unknownSinks(sink === undefined ? found.map((each) => each.sink) : [sink], config));
        if (again === true) await sendAgain(transport, config, found);
        if (again === true) world.stderr.write(`sent again: ${found.length}\n`);
      } finally {
        await transport.close();
      }
      end(0);
    });
}

/** A name that was mistyped, or a sink that is no more: nobody delivers what is sent to it. */
function unknownSinks(named: readonly string[], { notifier }: Config): string {
  const known = Object.keys(notifier.sinks);
  const unknown = [...new Set(named)].filter((name) => !known.includes(name));
  if (unknown.length === 0) return '';
  return `the configuration has no such sink: ${unknown.map(printable).join(', ')} (known: ${known.join(', ') || 'none'})\n`;
}

const columns: Column<Undelivered>[] = [
  { title: 'when (UTC)', align: 'left', cell: ({ when }) => when },
  { title: 'sink', align: 'left', cell: ({ sink }) => printable(sink) },
  { title: 'outcome', align: 'left', cell: ({ outcome }) => printable(outcome) },
  { title: 'notice', align: 'left', cell: ({ notice }) => printable(notice) },
  { title: 'of', align: 'left', cell: ({ record }) => printable(keyText(record.key)) },
  { title: 'attempts', align: 'right', cell: ({ attempts }) => printable(attempts) },
  { title: 'why', align: 'left', cell: ({ why }) => printable(why) },
];

function textOf(found: readonly Undelivered[], isJson: boolean): string {
  if (isJson) return found.map(({ record, ...each }) => `${JSON.stringify({ ...each, of: keyText(record.key) })}\n`).join('');
  return found.length === 0
    ? 'everything was delivered\n'
    : tableLines(found, columns)
        .map((line) => `${line}\n`)
        .join('');
}

async function read(transport: Transport, { topics, notifier }: Config, { now, sleep }: World): Promise<Undelivered[]> {
  const info = await transport.admin().describe(topics.undelivered);
  if (info === null) return [];
  const groupId = `${notifier.groupId}.undelivered.${randomUUID()}`;
  const bounds = { groupId, perPartition: listedPerPartition, limitMs: listLimitMs, now, sleep };
  const { records } = await newestRecords(transport, [info], bounds);
  return records.toSorted((one, two) => one.timestampMs - two.timestampMs).map(undeliveredOf);
}

function undeliveredOf(record: LogRecord): Undelivered {
  const header = (name: string) => Buffer.from(record.headers[name] ?? new Uint8Array()).toString();
  const when = new Date(record.timestampMs).toISOString().slice(0, 19).replace('T', ' ');
  const [sink, outcome, why, attempts, notice] = ['sink', 'outcome', 'why', 'attempts', 'notice'].map(header);
  return { record, when, sink, outcome, why, attempts, notice };
}

async function sendAgain(transport: Transport, { topics }: Config, found: readonly Undelivered[]): Promise<void> {
  const writer = transport.writer();
  // Sinks leave alone what names another one.
  await writer.send(found.map(({ record: { key, value }, sink }) => ({ topic: topics.notices, key, value, headers: { sink } })));
  await writer.close();
}
