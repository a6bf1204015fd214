// `tocsin labels`: say what an alert or a window was, take it back, and see what has been said.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { verdicts, type Label, type Verdict } from '@tocsin/schemas';
import { judgeSubject } from '../labels/judge-subject.ts';
import { withLabels, type LabelRoom } from '../labels/label-room.ts';
import { lookedAt } from '../labels/look-up-subject.ts';
import { undoLabels, undoPerPartition } from '../labels/undo-labels.ts';
import { tableLines, type Column } from '../terminal/table.ts';
import { UsageError } from '../usage-error.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp, wholeNumber } from './options.ts';

const details = `
real          an anomaly: windows like it score higher on this device from now on
false-alarm   normal for this device: the alert closes, the device learns it
maintenance   somebody is at the machine: no alerts, no learning, for a day or until the next verdict; needs no --subject
unsure        nobody knows: an earlier verdict does not count any more

A verdict takes effect on the device's next window. The later of two verdicts on one subject stands.`;

type AddOptions = { config?: string; device: string; subject?: string; verdict: Verdict; note: string; who?: string };
type UndoOptions = { config?: string; note: string; who?: string };
type ListOptions = { config?: string; device?: string; limit: number; json?: true };

export function addLabels(program: Command, world: World, end: (outcome: Outcome) => void): void {
  const labels = program.command('labels').summary('say what an alert was, take it back, and see what has been said');
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
    .command('undo')
    .argument(
      '<label>',
      'its id, as `labels list` prints it; the part before the slash means all that one answer said of many alerts',
    )
    .description('Takes a verdict back: what stood before stands again, or that nobody is sure.')
    .option(configFlag, configHelp)
    .option('--note <text>', 'for people', '')
    .option('--who <name>', 'who says so; default: the user of this machine')
    .action(async (id: string, { config, note, who = whoever(world) }: UndoOptions) => {
      const undone = await withLabels(config, world, async (room) => {
        const { labels: said, isWhole } = await room.newest(undoPerPartition);
        if (!isWhole)
          throw new Error('the topic of labels could not be read to its end in time, and nothing was said; try again');
        const undoing = undoLabels(id, said, { who, atMs: world.now(), note });
        await room.say(undoing);
        return undoing;
      });
      const lines = undone.map(
        (undo) => `${undo.labelId}  ${undo.deviceId} ${undo.subjectId}: taken back, now ${undo.verdict}\n`,
      );
      world.stdout.write(lines.join(''));
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
      const { labels: found } = await withLabels(config, world, (room) => room.newest(listedPerPartition));
      const wanted = found.filter(({ deviceId }) => device === undefined || deviceId === device).slice(-limit);
      const lines = json === true ? wanted.map((label) => JSON.stringify(label)) : tableLines(wanted, columns);
      world.stdout.write(wanted.length === 0 && json !== true ? 'no labels\n' : lines.map((line) => `${line}\n`).join(''));
      end(0);
    });
}

/** `list` looks at so many records of every partition. */
const listedPerPartition = 200;

const columns: Column<Label>[] = [
  { title: 'when (UTC)', align: 'left', cell: ({ atMs }) => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ') },
  { title: 'device', align: 'left', cell: ({ deviceId }) => deviceId },
  { title: 'verdict', align: 'left', cell: ({ verdict }) => verdict },
  { title: 'subject', align: 'left', cell: ({ subjectId }) => subjectId },
  { title: 'who', align: 'left', cell: ({ who }) => who },
  { title: 'note', align: 'left', cell: ({ note }) => note },
  { title: 'label', align: 'left', cell: ({ labelId }) => labelId },
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

/**
 * Appends a label to the topic that the configuration names, and warns where neither log nor store know what it is about. Throws
 * UsageError where that is known to be of another device.
 */
export function sendLabel(config: string | undefined, world: World, label: Label): Promise<void> {
  const say = async (room: LabelRoom) => {
    const { refusal, warnings } = judgeSubject(label, await room.lookUp(label), newestOfAll);
    if (refusal !== null) throw new UsageError(refusal);
    await room.say([label]);
    world.stderr.write(warnings.map((warning) => `warning: ${warning}\n`).join(''));
  };
  return withLabels(config, world, say, true);
}

const newestOfAll = `the newest ${lookedAt.alerts} records of alerts and ${lookedAt.windows} windows of every partition`;

/** Who says something, where nobody is named. */
export function whoever({ env }: Pick<World, 'env'>): string {
  return env['USER'] ?? userInfo().username;
}
