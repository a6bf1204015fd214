// File text and environment in, one checked object out, or every mistake at once. Reads nothing by itself.
import type { DeviceClass } from '@tocsin/schemas';
import { checkAgainst, type LocatedMistake } from './check-against.ts';
import { completeDeviceClass } from './complete-device-class.ts';
import { ConfigError, type Mistake } from './config-error.ts';
import { crossCheckConfig } from './cross-check-config.ts';
import { readEnvironment, type Environment, type Override } from './environment.ts';
import { parseDocumentText } from './parse-document-text.ts';
import { pathText } from './path-text.ts';
import { configSchema, type ConfigInput } from './schema.ts';
import { configSetting } from './setting.ts';

/** The whole configuration, every default applied. */
export type Config = Omit<ConfigInput, 'classes'> & { classes: Readonly<Record<string, DeviceClass>> };

/**
 * `file` is the text of a YAML (or JSON) file, `env` the environment; what the environment sets wins over the file.
 * Throws a `ConfigError` that lists every mistake of both.
 */
export function loadConfig({ file, env }: { file?: string | undefined; env: Environment }): Config {
  const document = parseDocumentText(file ?? '');
  const { overrides, mistakes: unknownVariables } = readEnvironment(env);
  if ('mistakes' in document) throw new ConfigError([...document.mistakes, ...unknownVariables]);

  const raw = overrides.reduce<unknown>((sum, { path, value }) => withValue(sum, path, value), document.value);
  const { mistakes, rest } = checkAgainst(configSchema, configSetting, raw);
  const crossed = rest === null ? [] : crossCheckConfig(rest, mistakes);
  const all = [...mistakes, ...crossed].map((located) => toMistake(located, overrides));
  if (rest === null || all.length + unknownVariables.length > 0) throw new ConfigError([...all, ...unknownVariables]);
  const classes = Object.entries(rest.classes).map(([name, input]) => [name, completeDeviceClass(name, input)] as const);
  return { ...rest, classes: Object.fromEntries(classes) };
}

/** Says also which variable a value came from: the file may be right. */
function toMistake({ path, mistake }: LocatedMistake, overrides: readonly Override[]): Mistake {
  const source = overrides.find((override) => override.path.every((name, i) => path[i] === name));
  const place = pathText(path);
  return { ...mistake, path: source === undefined ? place : `${place} (from ${source.variable})` };
}

/** A copy of plain data with `value` at `path`; what is in the way and is no mapping stays, for the schema to refuse. */
function withValue(raw: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  if (raw !== undefined && raw !== null && (typeof raw !== 'object' || Array.isArray(raw))) return raw;
  const [name, ...further] = path;
  const there: unknown = raw === undefined || raw === null ? undefined : Reflect.get(raw, name);
  return { ...raw, [name]: withValue(there, further, value) };
}
