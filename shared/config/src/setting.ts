// The configuration's schema as a tree of settings: what documentation, environment and error messages need to know of it.
import { z } from 'zod';
import { deviceClassSchema } from './device-class-schema.ts';
import { configSchema } from './schema.ts';

/** The part of JSON Schema that zod writes for a schema like ours. `expected` and `example` are our own annotations. */
export type Setting = {
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  description?: string;
  expected?: string;
  example?: unknown;
  default?: unknown;
  enum?: readonly string[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  items?: Setting;
  anyOf?: readonly Setting[];
  properties?: Record<string, Setting>;
  required?: readonly string[];
  additionalProperties?: false | Setting;
};

/** Roots of the trees. */
export const configSetting = z.toJSONSchema(configSchema, { io: 'input' }) as Setting;
export const deviceClassSetting = z.toJSONSchema(deviceClassSchema, { io: 'input' }) as Setting;

/** The alternative of `setting` that is not null; the setting itself where there is no choice. */
export function withoutNull(setting: Setting): Setting {
  const others = setting.anyOf?.filter((option) => option.type !== 'null');
  return others?.length === 1 ? { ...others[0], ...pickTexts(setting) } : setting;
}

/** The setting at a path; undefined where the schema has no such place. Names in open records lead to their common setting. */
export function settingAt(root: Setting, path: readonly PropertyKey[]): Setting | undefined {
  let at: Setting | undefined = root;
  for (const name of path) {
    if (at === undefined) return undefined;
    const { properties, additionalProperties, items }: Setting = withoutNull(at);
    if (typeof name === 'number') at = items;
    else if (properties !== undefined && Object.hasOwn(properties, name)) at = properties[String(name)];
    else at = additionalProperties === false ? undefined : additionalProperties;
  }
  return at;
}

/** What a setting expects, in words: `a whole number from 0 to 65535`, `one of kafka, embedded`. */
export function expectationOf(setting: Setting): string {
  if (setting.expected !== undefined) return setting.expected;
  if (setting.enum !== undefined) return `one of ${setting.enum.join(', ')}`;
  if (setting.const !== undefined) return JSON.stringify(setting.const);
  if (setting.anyOf !== undefined) return setting.anyOf.map(expectationOf).join(', or ');
  switch (setting.type) {
    case 'number':
      return `a number${rangeOf(setting)}`;
    case 'integer':
      return `a whole number${rangeOf(setting)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${(setting.minItems ?? 0) > 0 ? ' that is not empty' : ''}, each element ${expectationOf(setting.items ?? {})}`;
    case 'object':
      return setting.properties === undefined
        ? 'names and their values'
        : `settings ${Object.keys(setting.properties).join(', ')}`;
    case 'null':
      return 'null';
    default:
      return 'a text';
  }
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Setting): string {
  // zod bounds every whole number by what a double can hold, which tells nobody anything.
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const bounds = [
    minimum === undefined ? '' : `from ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    most === undefined ? '' : `to ${most}`,
    exclusiveMaximum === undefined ? '' : `below ${exclusiveMaximum}`,
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? '' : ` ${bounds.join(' ')}`;
}

function pickTexts({ description, default: fallback }: Setting): Setting {
  return { ...(description === undefined ? {} : { description }), ...(fallback === undefined ? {} : { default: fallback }) };
}
