// Settings that come from environment variables: KAFKA_BROKERS, REDIS_URL, and TOCSIN_ followed by the path of a setting.
import type { Mistake } from './config-error.ts';
import { shown } from './config-error.ts';
import { nearest } from './nearest.ts';
import { configSetting, withoutNull, type Setting } from './setting.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value for a path, and the variable it came from. */
export type Override = { path: readonly string[]; value: unknown; variable: string };

const prefix = 'TOCSIN_';
/** Read by the commands themselves: path of the configuration file. */
const fileVariable = 'TOCSIN_CONFIG';

/** Every variable that sets something, with the path it sets. Device classes have open names and come from the file only. */
export const settingVariables: ReadonlyMap<string, readonly string[]> = new Map([
  ['KAFKA_BROKERS', ['transport', 'brokers']],
  ['REDIS_URL', ['state', 'url']],
  ...leafPaths(configSetting, []).map((path): [string, readonly string[]] => [variableOf(path), path]),
]);

/** What the environment sets, and which of its TOCSIN_ variables mean nothing. Empty variables count as not set. */
export function readEnvironment(env: Environment): { overrides: Override[]; mistakes: Mistake[] } {
  const overrides: Override[] = [];
  for (const [variable, path] of settingVariables) {
    const text = env[variable];
    if (text !== undefined && text !== '') overrides.push({ path, value: fromText(text, settingOf(path)), variable });
  }
  const known = [...settingVariables.keys(), fileVariable];
  const mistakes = Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      const advice = meant === undefined ? 'unset it; device classes are set in the file only' : `did you mean ${meant}?`;
      return { path: name, value: shown(env[name]), expected: 'no such variable', advice };
    });
  return { overrides, mistakes };
}

/** `scorer.httpPort` is TOCSIN_SCORER_HTTP_PORT. */
export function variableOf(path: readonly string[]): string {
  return prefix + path.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()).join('_');
}

/** Text of a variable as the type its setting has; left as text where it does not fit, for the schema to refuse. */
function fromText(text: string, setting: Setting): unknown {
  const { type } = withoutNull(setting);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'array') return text.split(',').map((item) => item.trim());
  if (type !== 'number' && type !== 'integer') return text;
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

function leafPaths(setting: Setting, path: readonly string[]): (readonly string[])[] {
  const { type, properties, items } = withoutNull(setting);
  if (properties !== undefined) return Object.entries(properties).flatMap(([name, child]) => leafPaths(child, [...path, name]));
  const isSettable = type !== 'object' && (type !== 'array' || items?.type === 'string');
  return isSettable ? [path] : [];
}

function settingOf(path: readonly string[]): Setting {
  return path.reduce((at, name) => withoutNull(at).properties?.[name] ?? {}, configSetting);
}
