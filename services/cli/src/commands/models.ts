// `tocsin models`: which bundles there are, how they came into use, and how to bring one in or take one back.
import { InvalidArgumentError, type Command } from 'commander';
import { canaryVersion, currentVersion, type Rollout } from '@tocsin/schemas';
import type { Difference } from '../models/diff-models.ts';
import type { Version } from '../models/describe-version.ts';
import type { VersionChange } from '../models/change-version.ts';
import type { ChangingRoom } from '../models/models-room.ts';
import { cut } from '../dlq/printable.ts';
import { moment } from '../terminal/figures.ts';
import { tableLines, type Column } from '../terminal/table.ts';
import { UsageError } from '../usage-error.ts';
import type { Outcome, World } from '../world.ts';
import { configFlag, configHelp, wholeNumber } from './options.ts';

const rollbackDetails = `
Publishes the content of what was current before, or of the version named with --to, under a new number: numbers only rise. What a share
of the devices tries meanwhile is withdrawn. Scorers take it up device by device, as each sends next. A device that never adopted
what is taken back keeps all that it has learnt of its scores.`;

const signDetails = `
Signs every version of the class that is in the store, as it is, with signing.privateKeyFile: for bundles from before there was a key, so
that scorers can be given the public one. Sign only what you know the origin of.`;

const keygenDetails = `
Give the private file to the trainer and to whoever runs tocsin models rollback (signing.privateKeyFile), and the public one to the scorers
(signing.publicKeyFiles) once everything in use is signed: tocsin models list says so. For another key, name both public files
until everything is signed with the new one.`;

type Common = { config?: string; json?: true };

// Loaded when asked for: the trainer's libraries are needed here only.
const load = () => import('../models/describe-version.ts');
const rooms = () => import('../models/models-room.ts');

export function addModels(program: Command, world: World, end: (outcome: Outcome) => void): void {
  const models = program.command('models').summary('bundles: see them, bring one in, take one back');
  addReading(models, world, end);
  addChanging(models, world, end);
  models
    .command('keygen')
    .description('Makes a pair of Ed25519 keys for signing bundles: tocsin-signing.key and tocsin-signing.pub.')
    .option('--out <dir>', 'where the two files go', '.')
    .addHelpText('after', keygenDetails)
    .action(async ({ out }: { out: string }) => {
      const { writeKeys } = await import('../models/write-keys.ts');
      const { privateFile, publicFile, id, publicKey } = writeKeys(out);
      tell(world, [`key ${id}`, `private  ${privateFile}`, `public   ${publicFile}  ${publicKey}`]);
      end(0);
    });
}

function addReading(models: Command, world: World, end: (outcome: Outcome) => void): void {
  models
    .command('list')
    .description('Prints the versions of every class that are left, the newest last.')
    .option(configFlag, configHelp)
    .option('--class <name>', 'of this class only')
    .option('--json', 'one JSON object per version and line')
    .action(async ({ config, class: only, json }: Common & { class?: string }) => {
      const { versionColumns, versionJson } = await load();
      const versions = await allVersions(config, world, only);
      const lines =
        json === true
          ? versions.map((one) => JSON.stringify(versionJson(one)))
          : tableOf(world, tableLines(versions, versionColumns));
      tell(world, versions.length === 0 && json !== true ? ['no bundle has been published yet'] : lines);
      end(0);
    });
  models
    .command('show')
    .description('Prints everything known of one version.')
    .argument('<class>', 'device class')
    .argument('[version]', 'default: the current one', versionNumber)
    .option(configFlag, configHelp)
    .option('--json', 'as one JSON object')
    .action(async (name: string, version: number | undefined, { config, json }: Common) => {
      const { versionJson, versionLines } = await load();
      const found = chosen(await allVersions(config, world, name), name, version);
      tell(world, json === true ? [JSON.stringify(versionJson(found))] : versionLines(found));
      end(0);
    });
  models
    .command('diff')
    .description('Prints what differs between two versions of a class.')
    .argument('<class>', 'device class')
    .argument('<one>', 'a version', versionNumber)
    .argument('<other>', 'another one', versionNumber)
    .option(configFlag, configHelp)
    .option('--shots <n>', 'support windows that thresholds are given for; default: those of the class', wholeNumber)
    .option('--rate <share>', 'share of normal windows over the threshold; default: the budget of the class', shareOf)
    .option('--most <n>', 'so many features that have moved', wholeNumber, 8)
    .option('--json', 'as one JSON object')
    .action(async (name: string, one: number, other: number, options: DiffOptions) => {
      tell(world, await diffLines(name, one, other, options, world));
      end(0);
    });
}

function addChanging(models: Command, world: World, end: (outcome: Outcome) => void): void {
  const onClass = (name: string, description: string) =>
    models
      .command(name)
      .description(description)
      .argument('<class>', 'device class')
      .option(configFlag, configHelp)
      .option('--json', 'as one JSON object');
  const act = async (name: string, { config, json }: Common, step: (room: ChangingRoom) => Promise<Rollout>) => {
    const { withRollouts, classOf } = await rooms();
    const rollout = await withRollouts(config, world, async (room) => {
      classOf(room.config, name);
      await room.rollouts.follow(name);
      return step(room);
    });
    tell(world, json === true ? [JSON.stringify(rollout)] : [stateLine(name, rollout)]);
    end(0);
  };
  const byHand = async (name: string, options: Common, change: VersionChange) => {
    const { changeVersion } = await import('../models/change-version.ts');
    await act(name, options, (room) => changeVersion(room, name, change, { where: 'by hand', nowMs: world.now() }));
  };
  onClass('promote', 'Makes what a share of the devices tries the current version, without waiting for more.').action(
    (name: string, options: Common) => byHand(name, options, { action: 'promote' }),
  );
  onClass('withdraw', 'Takes what a share of the devices tries from them; they go back to the current version.').action(
    (name: string, options: Common) => byHand(name, options, { action: 'withdraw' }),
  );
  onClass('rollback', 'Brings back what was current before.')
    .option('--to <version>', 'the content of this version', versionNumber)
    .addHelpText('after', rollbackDetails)
    .action((name: string, { to, ...options }: Common & { to?: number }) => byHand(name, options, { action: 'rollback', to }));
  onClass('sign', 'Signs the versions that are there already.')
    .addHelpText('after', signDetails)
    .action(async (name: string, options: Common) => {
      await act(name, options, async ({ rollouts, config }) => {
        const { privateKey, privateKeyFile } = config.signing;
        if (privateKey === null && privateKeyFile === null)
          throw new UsageError('there is no key to sign with; set signing.privateKeyFile (tocsin models keygen makes one)');
        await rollouts.sign(name);
        return rollouts.read(name);
      });
    });
}

async function allVersions(config: string | undefined, world: World, only: string | undefined): Promise<Version[]> {
  const { withModels, classOf } = await rooms();
  const { versionsOf } = await load();
  return withModels(config, world, async (room) => {
    const names = only === undefined ? Object.keys(room.config.classes) : [classOf(room.config, only).name];
    return (await Promise.all(names.map((name) => versionsOf(room, name)))).flat();
  });
}

function chosen(versions: readonly Version[], name: string, version: number | undefined): Version {
  if (versions.length === 0) throw new Error(`class ${name} has no version yet; the trainer publishes the first one`);
  const wanted = version ?? currentVersion({ versions })?.version;
  const found = versions.find((one) => one.version === wanted);
  if (found !== undefined) return found;
  const there = versions.map((one) => one.version).join(', ');
  throw new Error(`class ${name} has no ${version === undefined ? 'current version' : `version ${version}`}; it has ${there}`);
}

type DiffOptions = Common & { shots?: number; rate?: number; most: number };

async function diffLines(
  name: string,
  one: number,
  other: number,
  { config, json, shots, rate, most }: DiffOptions,
  world: World,
): Promise<string[]> {
  const { diffModels } = await import('../models/diff-models.ts');
  const { withModels, classOf } = await rooms();
  const versions = await allVersions(config, world, name);
  const [first, second] = [one, other].map((version) => {
    const { bundle, problem } = chosen(versions, name, version);
    if (bundle === null) throw new Error(problem ?? `version ${version} of ${name} cannot be read`);
    return bundle;
  });
  const deviceClass = await withModels(config, world, async (room) => classOf(room.config, name));
  const choice = { shots: shots ?? deviceClass.supportWindows, rate: rate ?? null, most };
  const diff = diffModels(first, second, deviceClass, choice);
  if (json === true) return [JSON.stringify({ deviceClass: name, one, other, ...diff })];
  const columns: Column<Difference>[] = [
    { title: '', align: 'left', cell: ({ what }) => what },
    { title: `version ${one}`, align: 'left', cell: (line) => line.one },
    { title: `version ${other}`, align: 'left', cell: (line) => line.other },
    { title: '', align: 'left', cell: (line) => (line.one === line.other ? '' : 'differs') },
  ];
  const moved = diff.shifts.map(
    ({ feature, location, scale }) =>
      `  ${feature}: ${location < 0 ? '' : '+'}${location.toFixed(2)} scales, ${scale.toFixed(2)}x the scale`,
  );
  return [...tableLines(diff.lines, columns), '', ...(moved.length === 0 ? [] : ['features that have moved most', ...moved])];
}

function stateLine(name: string, rollout: Rollout): string {
  const [current, canary] = [currentVersion(rollout), canaryVersion(rollout)];
  const now = current === null ? 'none is current' : `version ${current.version} is current since ${moment(current.sinceMs)} UTC`;
  const content = current?.restores == null ? '' : `, with the content of version ${current.restores}`;
  return `${name}: ${now}${content}; ${canary === null ? 'nothing is tried' : `version ${canary.version} is tried`}`;
}

function versionNumber(text: string): number {
  const value = Number(text.replace(/^v/, ''));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected the number of a version, as `tocsin models list` prints it.');
}

function shareOf(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a share between 0 and 1.');
}

/** Lines end where the terminal does. */
function tableOf({ stdout: { columns } }: World, lines: readonly string[]): readonly string[] {
  return columns === undefined ? lines : lines.map((line) => cut(line, columns));
}

function tell({ stdout }: World, lines: readonly string[]): void {
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}
