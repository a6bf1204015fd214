// One device class from plain data, for those who have no whole configuration: the demo, replay, tests.
import type { DeviceClass } from '@tocsin/schemas';
import { checkAgainst, type LocatedMistake } from './check-against.ts';
import { completeDeviceClass } from './complete-device-class.ts';
import { ConfigError } from './config-error.ts';
import { crossCheckDeviceClass } from './cross-check-device-class.ts';
import { deviceClassSchema, type DeviceClassInput } from './device-class-schema.ts';
import { pathText } from './path-text.ts';
import { deviceClassSetting } from './setting.ts';

/** The class with defaults applied. Throws a `ConfigError` that lists every mistake. */
export function parseDeviceClass(name: string, input: unknown): DeviceClass {
  const { mistakes, rest } = checkAgainst(deviceClassSchema, deviceClassSetting, input);
  const all = [...mistakes, ...(rest === null ? [] : deviceClassCrossMistakes(name, rest, mistakes))];
  if (rest === null || all.length > 0) {
    throw new ConfigError(all.map(({ path, mistake }) => ({ path: pathText(['classes', name, ...path]), ...mistake })));
  }
  return completeDeviceClass(name, rest);
}

/** What several fields get wrong together, leaving out what follows from a field that is already known to be wrong. */
export function deviceClassCrossMistakes(
  name: string,
  input: DeviceClassInput,
  known: readonly LocatedMistake[],
): LocatedMistake[] {
  const wrong = known.map(({ path }) => path.join('.'));
  return crossCheckDeviceClass(completeDeviceClass(name, input))
    .filter(({ fields }) => !fields.some((field) => wrong.some((path) => path === field || path.startsWith(`${field}.`))))
    .map(({ fields, mistake }) => ({ path: fields[0].split('.'), mistake }));
}
