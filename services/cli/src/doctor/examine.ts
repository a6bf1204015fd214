// Everything that `tocsin doctor` looks at, in the order it is told.
import { checkFiles, ConfigError, readConfig, type Config } from '@tocsin/config';
import { createSchemaRegistry } from '@tocsin/transport';
import { explainError } from '../explain-error.ts';
import type { ConfigSource } from '../local-defaults.ts';
import { counted } from '../terminal/figures.ts';
import type { World } from '../world.ts';
import { checkBackends } from './check-backends.ts';
import { checkDisk } from './check-disk.ts';
import { checkLog } from './check-log.ts';
import { checkSinks } from './check-sinks.ts';
import { checkState } from './check-state.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { runChecks, type Check } from './run-checks.ts';

/** Everything runs side by side and ends by then. */
const limitMs = 9500;
const nodeMin = [20, 19] as const;

/** Finds out what is there without changing it, but for a consumer group that remembers where it looked. Never rejects. */
export async function examine(source: ConfigSource, world: World, nodeVersion: string): Promise<Finding[]> {
  const node = judgeNode(nodeVersion);
  let config: Config;
  try {
    config = readConfig(source.path, source.env);
  } catch (error) {
    return [node, ...configFindings(error)];
  }
  const checks: Check[] = [
    { name: 'log', run: (report) => checkLog(config, world, report) },
    { name: 'sinks', run: async (report) => (await checkSinks(config)).forEach(report) },
    { name: 'registry', run: async (report) => (await checkRegistry(config)).forEach(report) },
    { name: 'state', run: (report) => checkState(config, report) },
    { name: 'backend', run: async (report) => report(await checkBackends(config)) },
    { name: 'disk', run: async (report) => checkDisk(config).forEach(report) },
  ];
  return [node, judgeConfig(config, source.description), ...fileFindings(config), ...(await runChecks(checks, limitMs))];
}

/** `version` like v20.19.0. */
export function judgeNode(version: string): Finding {
  const [major, minor] = version.replace('v', '').split('.').map(Number);
  const isEnough = major > nodeMin[0] || (major === nodeMin[0] && minor >= nodeMin[1]);
  return isEnough ? ok('node', version) : fail('node', version, `install Node ${nodeMin.join('.')} or newer`);
}

function judgeConfig({ classes, transport, state }: Config, description: string): Finding {
  const places = `${transport.kind} log, ${state.kind} state`;
  const names = Object.keys(classes);
  if (names.length > 0)
    return ok('config', `${description}: ${counted(names.length, 'device class', 'device classes')}, ${places}`);
  return fail(
    'config',
    `${description}: no device classes, ${places}`,
    'add them under classes: every reading is refused until then',
  );
}

/** One finding per mistake. */
function configFindings(error: unknown): Finding[] {
  if (!(error instanceof ConfigError)) return [fail('config', explainError(error), 'correct the configuration')];
  return error.mistakes.map(({ path, value, expected, advice }) =>
    fail('config', `${path}: ${value}; expected ${expected}`, advice),
  );
}

/** Not every machine that a doctor runs on has the keys of every service. */
function fileFindings(config: Config): Finding[] {
  const advice = 'services that need it do not start; look whether it is there for them';
  try {
    checkFiles(config);
    return [];
  } catch (error) {
    return configFindings(error).map(({ check, found, advice: remedy }) => warn(check, found, `${remedy}; ${advice}`));
  }
}

async function checkRegistry({ registry }: Config): Promise<Finding[]> {
  if (registry === null) return [];
  try {
    return [ok('registry', await createSchemaRegistry(registry.url).ping())];
  } catch (error) {
    return [warn('registry', explainError(error), 'known schemas go on; the scorer waits where it meets an unknown one')];
  }
}
