// The device classes that recorded data need: as text for a configuration file, and compared with what is configured. Pure.
import type { DeviceClass } from '@tocsin/schemas';
import { deviceClassesOf, type ClassInput, type DataSet } from '@tocsin/simulator';

/** Classes of all data sets by name. */
export function recordedClasses(dataSets: readonly DataSet[]): Record<string, ClassInput> {
  return Object.assign({}, ...dataSets.map(deviceClassesOf));
}

/** A `classes:` section in YAML. */
export function classesYaml(classes: Readonly<Record<string, ClassInput>>): string {
  const lines = Object.entries(classes).flatMap(([name, input]) => [
    `  ${text(name)}:`,
    ...Object.entries(input).map(([field, value]) => `    ${field}: ${flow(value)}`),
  ]);
  return `classes:\n${lines.join('\n')}\n`;
}

/** What keeps the scorer from taking the recordings, one line per class; none where the configuration fits. */
export function classMistakes(
  wanted: Readonly<Record<string, ClassInput>>,
  configured: Readonly<Record<string, DeviceClass>>,
): string[] {
  return Object.entries(wanted).flatMap(([name, { channels, rateHz }]) => {
    const there = configured[name];
    if (there === undefined) return [`class ${name} is not configured`];
    if (there.channels.join('\n') !== channels.join('\n'))
      return [
        `class ${name} is configured with channels ${there.channels.join(', ')}; the recordings have ${channels.join(', ')}`,
      ];
    const isSameRate = Math.abs(there.rateHz - rateHz) <= rateHz / 1000;
    return isSameRate ? [] : [`class ${name} is configured with rateHz ${there.rateHz}; the recordings have ${rateHz}`];
  });
}

/** Flow style: JSON with spaces inside braces, and without quotes where YAML needs none. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${name}: ${flow(inner)}`)
      .join(', ')} }`;
  return typeof value === 'string' ? text(value) : JSON.stringify(value);
}

/** Words that YAML would read as something else than text get their quotes. */
function text(value: string): string {
  const isPlain =
    /^[A-Za-z_][\w .-]*[\w]$|^[A-Za-z_]$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
