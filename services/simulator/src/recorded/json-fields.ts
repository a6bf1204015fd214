// Reads fields of a JSON file one by one; the first that is not what it should be is named together with its file.
import { readFileSync } from 'node:fs';
import { FleetError, isMissingFile, messageOf } from './fleet-error.ts';

/** An object inside a JSON file: where it is, and its fields, unchecked. */
export type Fields = { file: string; path: string; values: Readonly<Record<string, unknown>> };

/** The top object of a file. */
export function readFields(file: string): Fields {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new FleetError(isMissingFile(error) ? 'missing' : 'unreadable', `${file}: ${messageOf(error)}`, error);
  }
  try {
    return asFields(file, '', JSON.parse(text));
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError('invalid', `${file}: not JSON, ${messageOf(error)}`, error);
  }
}

export function textField(fields: Fields, name: string): string {
  const value = fields.values[name];
  return typeof value === 'string' ? value : wrong(fields, name, 'a text');
}

/** A whole number in `[least, most]`. */
export function countField(fields: Fields, name: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
  const value = fields.values[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  return wrong(
    fields,
    name,
    most === Number.MAX_SAFE_INTEGER ? `a whole number from ${least} on` : `a whole number from ${least} to ${most}`,
  );
}

/** A finite number, or null where the field is null or left out. */
export function numberOrNullField(fields: Fields, name: string): number | null {
  const value = fields.values[name] ?? null;
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  return wrong(fields, name, 'a number or null');
}

export function oneOfField<T extends string>(fields: Fields, name: string, options: readonly T[]): T {
  const found = options.find((option) => option === fields.values[name]);
  return found ?? wrong(fields, name, `one of ${options.join(', ')}`);
}

export function textsField(fields: Fields, name: string): string[] {
  const value = fields.values[name];
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : wrong(fields, name, 'a list of texts');
}

export function numbersField(fields: Fields, name: string): number[] {
  const value = fields.values[name];
  const isRight = Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item));
  return isRight ? value : wrong(fields, name, 'a list of numbers');
}

/** The objects of a list. */
export function objectsField(fields: Fields, name: string): Fields[] {
  const value = fields.values[name];
  if (!Array.isArray(value)) return wrong(fields, name, 'a list');
  return value.map((item, i) => asFields(fields.file, `${fields.path}${name}[${i}].`, item));
}

/** The object in a field; an empty one where the field is left out. */
export function objectField(fields: Fields, name: string): Fields {
  return asFields(fields.file, `${fields.path}${name}.`, fields.values[name] ?? {});
}

/** A list of `[start, end)` pairs with 0 <= start < end <= `rows`; empty where the field is left out. */
export function intervalsField(fields: Fields, name: string, rows: number): [number, number][] {
  const value = fields.values[name] ?? [];
  if (!Array.isArray(value)) return wrong(fields, name, 'a list of [start, end] rows');
  return value.map((pair, i) => {
    const [start, end]: unknown[] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    const isRight = Number.isInteger(start) && Number.isInteger(end);
    if (isRight && typeof start === 'number' && typeof end === 'number' && start >= 0 && start < end && end <= rows)
      return [start, end];
    return wrong(
      { ...fields, values: { [`${name}[${i}]`]: pair } },
      `${name}[${i}]`,
      `rows [start, end) with 0 <= start < end <= ${rows}`,
    );
  });
}

/** Throws: the field is not what was expected. */
export function wrong(fields: Fields, name: string, expected: string): never {
  const value = JSON.stringify(fields.values[name]) ?? 'missing';
  const shown = value.length > 60 ? `${value.slice(0, 57)}...` : value;
  throw new FleetError('invalid', `${fields.file}: ${fields.path}${name} is ${shown}; expected ${expected}`);
}

function asFields(file: string, path: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { file, path, values: { ...value } };
  throw new FleetError('invalid', `${file}: ${path.replace(/\.$/, '') || 'content'} is not an object`);
}
