// `tocsin devices`: what can be done about what one device has learnt.
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Outcome, World } from '../world.ts';
import { sendLabel, whoever } from './labels.ts';
import { configFlag, configHelp } from './options.ts';

const details = `
The first time what the device learnt last is forgotten, a block of windows; a second time, before it has learnt another, all but its
first windows and those that operators called normal. It takes effect on the device's next window, as verdicts do
(tocsin labels list shows it), and leaves alerts and verdicts as they are.`;

type RollbackOptions = { config?: string; note: string; who?: string };

export function addDevices(program: Command, world: World, end: (outcome: Outcome) => void): void {
  const devices = program.command('devices').summary('have a device forget what it learnt last');
  devices
    .command('rollback')
    .description('Takes back what a device has learnt last.')
    .argument('<device>', 'id of the device')
    .option(configFlag, configHelp)
    .option('--note <text>', 'for people', '')
    .option('--who <name>', 'who says so; default: the user of this machine')
    .addHelpText('after', details)
    .action(async (deviceId: string, { config, note, who = whoever(world) }: RollbackOptions) => {
      const labelId = randomUUID();
      const said = { labelId, deviceId, subjectId: `rollback ${deviceId}`, who, atMs: world.now(), note };
      await sendLabel(config, world, { ...said, verdict: 'rollback' });
      world.stdout.write(`${labelId}  ${deviceId}: rollback\n`);
      end(0);
    });
}
