// `tocsin dlq`: records that were refused, one by one; and back to where they came from once they would be taken.
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { letterPosition, rejectionReasons, type Redrive } from '@tocsin/schemas';
import type { LetterChoice } from '../dlq/choose-letters.ts';
import { letterLines } from '../dlq/describe-letter.ts';
import { createLetterJudge, type Judgement } from '../dlq/judge-letters.ts';
import { withLetters, type LetterRoom } from '../dlq/letter-room.ts';
import { createListing } from '../dlq/list-letters.ts';
import { parseMoment } from '../dlq/parse-moment.ts';
import { listingJson, listingLines } from '../dlq/print-listing.ts';
import { tallyLines } from '../dlq/print-tally.ts';
import { redriveChosen } from '../dlq/redrive-chosen.ts';
import type { Entry, FoundLetter } from '../dlq/scan-letters.ts';
import { explainError } from '../explain-error.ts';
import { UsageError } from '../usage-error.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp, wholeNumber } from './options.ts';

const redriveDetails = `
Sends what would be taken now: the records as they came, with key, headers and a header tocsin-redrive-of, to the topic and
partition they came from. What was sent before is not sent again. --force sends that, too, and what would be refused.

Records that end before what their device has been judged on already are read and dropped by the scorer: they are counted
here as too late. --dry-run tells all of that and sends nothing.`;

type ChoiceOptions = { config?: string } & Omit<LetterChoice, 'ids'>;
type ListOptions = ChoiceOptions & { limit: number; json?: true };
type RedriveOptions = ChoiceOptions & { id?: string[]; all?: true; dryRun?: true; force?: true; who?: string };

export function addDlq(program: Command, world: World, end: (outcome: Outcome) => void): void {
  const dlq = program.command('dlq').summary('records that were refused: see them, send them again');
  chosenBy(dlq.command('list').description('Prints the newest refused records, the newest last, and how many by reason.'), world)
    .option('--limit <n>', 'so many at most', wholeNumber, 50)
    .option('--json', 'one JSON object per line; the last one has the counts')
    .action(async ({ config, limit, json, ...choice }: ListOptions) => {
      const listing = createListing(choice, limit);
      await withLetters(config, world, (room) => room.scan({ onEntries: listing.add }));
      tell(world, json === true ? listingJson(listing.result()) : listingLines(listing.result(), world.stdout.columns));
      end(0);
    });
  dlq
    .command('show')
    .description('Prints one refused record: why, its headers and bytes, and whether it would be taken now.')
    .argument('<id>', 'topic:partition:offset, as listed and as in the log of the scorer', letterId)
    .option(configFlag, configHelp)
    .option('--raw <file>', "writes the record's value there")
    .action(async (id: string, { config, raw }: { config?: string; raw?: string }) => {
      tell(world, await withLetters(config, world, (room) => shown(room, id, raw, world.now)));
      end(0);
    });
  chosenBy(dlq.command('redrive').description('Sends refused records again that would be taken now.'), world)
    .option('--id <ids...>', 'these')
    .option('--all', 'every one that the other options leave')
    .option('--dry-run', 'tell what would be sent, send nothing')
    .option('--force', 'also what was sent before, and what would be refused again')
    .option('--who <name>', 'who says so; default: the user of this machine')
    .addHelpText('after', redriveDetails)
    .action(async (options: RedriveOptions) => end(await redrive(options, world)));
}

function chosenBy(command: Command, world: World): Command {
  const moment = (text: string) => {
    const ms = parseMoment(text, world.now());
    if (ms === null) throw new InvalidArgumentError('Expected a time like 2026-01-31T12:00 (UTC), or 30m, 2h, 3d ago.');
    return ms;
  };
  return command
    .option(configFlag, configHelp)
    .addOption(new Option('--reason <reason>', 'refused for this').choices(rejectionReasons))
    .option('--topic <topic>', 'came from this topic')
    .option('--device <key>', 'has this key')
    .option('--since <time>', 'refused then or later: 2026-01-31T12:00 (UTC), or 30m, 2h, 3d ago', moment)
    .option('--until <time>', 'refused before', moment);
}

function letterId(text: string): string {
  if (letterPosition(text) !== null) return text;
  throw new InvalidArgumentError('Expected topic:partition:offset, as `tocsin dlq list` prints it.');
}

async function shown(room: LetterRoom, id: string, raw: string | undefined, now: () => number): Promise<string[]> {
  const met: { letter: FoundLetter | null; redrives: Redrive[] } = { letter: null, redrives: [] };
  await room.scan({
    onEntries(entries: readonly Entry[]) {
      for (const entry of entries) {
        if (entry.kind === 'letter' && entry.letter.id === id) met.letter ??= entry;
        if (entry.kind === 'redrive' && entry.redrive.id === id) met.redrives.push(entry.redrive);
      }
    },
  });
  if (met.letter === null) throw new Error(missing([id], room.topic));
  if (raw !== undefined) writeFileSync(raw, met.letter.letter.value ?? new Uint8Array());
  return letterLines(met.letter, met.redrives, await judged(room, met.letter, now));
}

/** The judgement on one letter, or why there is none. */
async function judged({ config }: LetterRoom, { letter }: FoundLetter, now: () => number): Promise<Judgement | string> {
  const judge = createLetterJudge(config, now);
  try {
    return (await judge.judge([letter]))[0];
  } catch (error) {
    return explainError(error);
  } finally {
    await judge.close();
  }
}

async function redrive({ config, id, all, dryRun, force, who, ...filters }: RedriveOptions, world: World): Promise<Outcome> {
  const isChosen = id !== undefined || filters.reason !== undefined || all === true;
  if (!isChosen || (id !== undefined && all === true))
    throw new UsageError('say what to send again: --id with ids, --reason with a reason, or --all');
  const wrong = (id ?? []).filter((one) => letterPosition(one) === null);
  if (wrong.length > 0)
    throw new UsageError(`--id ${wrong[0]}: expected topic:partition:offset, as \`tocsin dlq list\` prints it`);
  const choice: LetterChoice = id === undefined ? filters : { ...filters, ids: new Set(id) };
  const signal = world.interrupted();
  return withLetters(config, world, async (room) => {
    const { tally, unknownBecause } = await redriveChosen(room, {
      choice,
      isDryRun: dryRun === true,
      isForced: force === true,
      who: who ?? world.env['USER'] ?? userInfo().username,
      signal,
      now: world.now,
    });
    tell(world, tallyLines(tally, dryRun === true, unknownBecause));
    if (signal.aborted) {
      tell(world, ['stopped: the same command goes on where this ended']);
      return 130;
    }
    const absent = (id ?? []).filter((one) => !tally.met.has(one));
    if (absent.length > 0) throw new Error(missing(absent, room.topic));
    return id !== undefined && tally.refused.size > 0 ? 1 : 0;
  });
}

function missing(ids: readonly string[], topic: string): string {
  return `no dead letter ${ids.join(', ')} in topic ${topic}; \`tocsin dlq list\` says what there is; older ones have gone with the topic's retention`;
}

function tell({ stdout }: World, lines: readonly string[]): void {
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}
