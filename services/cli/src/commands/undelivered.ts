// `tocsin undelivered`: notices that a sink could finally not deliver, and sending them again.
import type { Command } from 'commander';
import { readConfig, type Config } from '@tocsin/config';
import { openTransport, type Transport } from '@tocsin/transport';
import { commandNote } from '../command-note.ts';
import { keyText, printable } from '../dlq/printable.ts';
import { requireLog } from '../embedded-places.ts';
import { configSource } from '../local-defaults.ts';
import { tableLines, type Column } from '../terminal/table.ts';
import { scanUndelivered, type Undelivered } from '../undelivered/scan-undelivered.ts';
import { sendAgain } from '../undelivered/send-again.ts';
import { UsageError } from '../usage-error.ts';
import type { Outcome, World } from '../world.ts';
import { whoever } from './labels.ts';
import { configFlag, configHelp } from './options.ts';

type Options = { config?: string; sink?: string; json?: true; again?: true; force?: true; who?: string };

export function addUndelivered(program: Command, world: World, end: (outcome: Outcome) => void): void {
  program
    .command('undelivered')
    .summary('notices that a sink could not deliver')
    .description('Prints the newest notices that a sink could finally not deliver, the newest last.')
    .option(configFlag, configHelp)
    .option('--sink <name>', 'of this sink only')
    .option('--json', 'one JSON object per line')
    .option('--again', 'send what is listed again, each to its sink only, with the id that it had, and mark it as sent')
    .option('--force', 'with --again: also what was sent again before')
    .option('--who <name>', 'with --again: who says so; default: the user of this machine')
    .action(async ({ config: file, ...options }: Options) => {
      const { path, env } = configSource(file, world.env);
      const config = readConfig(path, env);
      requireLog(config.transport);
      const transport = openTransport(config.transport, commandNote('undelivered', config.log));
      try {
        await show(transport, config, world, options);
      } finally {
        await transport.close();
      }
      end(0);
    });
}

async function show(
  transport: Transport,
  config: Config,
  world: World,
  { sink, json, again, force, who = whoever(world) }: Omit<Options, 'config'>,
): Promise<void> {
  const found = await scanUndelivered(transport, config, sink, world);
  const known = Object.keys(config.notifier.sinks);
  const unknown = [...new Set(found.map((each) => each.sink))].filter((name) => !known.includes(name));
  const advice = `(known: ${known.join(', ') || 'none'})`;
  if (sink !== undefined && found.length === 0 && !known.includes(sink))
    throw new UsageError(
      `--sink ${printable(sink)}: neither the configuration nor what was undelivered has such a sink ${advice}`,
    );
  world.stdout.write(textOf(found, json === true));
  // One that is no more: nobody delivers what is sent to it.
  if (unknown.length > 0)
    world.stderr.write(`the configuration has no such sink: ${unknown.map(printable).join(', ')} ${advice}\n`);
  if (again !== true) return;
  const due = force === true ? found : found.filter(({ wasSentAgain }) => !wasSentAgain);
  const before = due.length === found.length ? '' : `; sent before, and not now: ${found.length - due.length}`;
  await sendAgain(transport, config, due, { who, now: world.now });
  world.stderr.write(`sent again: ${due.length}${before}\n`);
}

const columns: Column<Undelivered>[] = [
  { title: 'when (UTC)', align: 'left', cell: ({ when }) => when },
  { title: 'sink', align: 'left', cell: ({ sink }) => printable(sink) },
  { title: 'outcome', align: 'left', cell: ({ outcome }) => printable(outcome) },
  { title: 'notice', align: 'left', cell: ({ notice }) => printable(notice) },
  { title: 'of', align: 'left', cell: ({ record }) => printable(keyText(record.key)) },
  { title: 'attempts', align: 'right', cell: ({ attempts }) => printable(attempts) },
  { title: 'again', align: 'left', cell: ({ wasSentAgain }) => (wasSentAgain ? 'sent' : '') },
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
