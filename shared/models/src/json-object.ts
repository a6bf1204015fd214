// A parsed JSON object read field by field, each checked as it is taken.
import { CodecError } from './codec-error.ts';

export type JsonObject = {
  has(key: string): boolean;
  isNull(key: string): boolean;
  number(key: string): number;
  /** A whole number of at least `min`. */
  count(key: string, min: number): number;
  text(key: string): string;
  boolean(key: string): boolean;
  oneOf<T extends string>(key: string, allowed: readonly T[]): T;
  numbers(key: string): number[];
  texts(key: string): string[];
  object(key: string): JsonObject;
  objects(key: string): JsonObject[];
};

/** Wraps `value`, called `name` in errors. Every reader throws CodecError `malformed` where the field is not what it wants. */
export function jsonObject(value: unknown, name: string): JsonObject {
  if (!isRecord(value)) throw wrong(name, value, 'an object');
  const list = (key: string): unknown[] => {
    const field = value[key];
    if (!Array.isArray(field)) throw wrong(`${name}.${key}`, field, 'a list');
    return field;
  };
  const number = (key: string) => numberFrom(value[key], `${name}.${key}`);
  const text = (key: string) => textFrom(value[key], `${name}.${key}`);
  return {
    has: (key) => key in value,
    isNull: (key) => value[key] === null,
    number,
    count(key, min) {
      const count = number(key);
      if (!Number.isSafeInteger(count) || count < min) throw wrong(`${name}.${key}`, count, `a whole number from ${min} on`);
      return count;
    },
    text,
    boolean(key) {
      const field = value[key];
      if (typeof field !== 'boolean') throw wrong(`${name}.${key}`, field, 'true or false');
      return field;
    },
    oneOf(key, allowed) {
      const found = allowed.find((option) => option === value[key]);
      if (found === undefined) throw wrong(`${name}.${key}`, value[key], allowed.join(' or '));
      return found;
    },
    numbers: (key) => list(key).map((field, i) => numberFrom(field, `${name}.${key}[${i}]`)),
    texts: (key) => list(key).map((field, i) => textFrom(field, `${name}.${key}[${i}]`)),
    object: (key) => jsonObject(value[key], `${name}.${key}`),
    objects: (key) => list(key).map((field, i) => jsonObject(field, `${name}.${key}[${i}]`)),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberFrom(value: unknown, name: string): number {
  if (typeof value !== 'number') throw wrong(name, value, 'a number');
  return value;
}

function textFrom(value: unknown, name: string): string {
  if (typeof value !== 'string') throw wrong(name, value, 'a text');
  return value;
}

function wrong(name: string, value: unknown, expected: string): CodecError {
  return new CodecError('malformed', `${name}: ${JSON.stringify(value)}, expected ${expected}`);
}
