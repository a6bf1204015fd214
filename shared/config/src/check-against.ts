// Checks plain data against a schema and goes on with what is left without the mistakes, so that one mistake cannot hide another.
import type { z } from 'zod';
import type { Mistake } from './config-error.ts';
import { mistakesOf, valueAt } from './mistakes-of.ts';
import { settingAt, type Setting } from './setting.ts';

export type LocatedMistake = { path: readonly PropertyKey[]; mistake: Omit<Mistake, 'path'> };

/** `rest` is the checked value of everything that was right, with defaults; null where nothing could be kept. */
export function checkAgainst<T>(
  schema: z.ZodType<T>,
  root: Setting,
  raw: unknown,
): { mistakes: LocatedMistake[]; rest: T | null } {
  const first = schema.safeParse(raw);
  if (first.success) return { mistakes: [], rest: first.data };
  const mistakes = mistakesOf(first.error.issues, raw, root);
  let left = raw;
  let paths = pathsOf(first.error.issues);
  for (;;) {
    for (const path of paths) left = withoutMistake(left, path, root);
    const next = left === undefined ? null : schema.safeParse(left);
    if (next === null) return { mistakes, rest: null };
    if (next.success) return { mistakes, rest: next.data };
    paths = pathsOf(next.error.issues);
  }
}

function pathsOf(issues: readonly z.core.$ZodIssue[]): PropertyKey[][] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
}

/** Puts the setting's example where the mistake is; without one takes away the value, the list it is in, or what misses it. */
function withoutMistake(raw: unknown, path: readonly PropertyKey[], root: Setting): unknown {
  const list = path.findIndex((name) => typeof name === 'number');
  const at = list >= 0 ? path.slice(0, list) : path;
  const example = settingAt(root, at)?.example;
  if (example !== undefined) return replaced(raw, at, example);
  return replaced(raw, valueAt(raw, at) === undefined ? at.slice(0, -1) : at, undefined);
}

/** A copy of plain data with `value` at `path`, or nothing there where it is undefined. */
function replaced(raw: unknown, path: readonly PropertyKey[], value: unknown): unknown {
  if (path.length === 0) return value;
  if (typeof raw !== 'object' || raw === null) return raw;
  const [name, ...further] = path;
  const { [String(name)]: there, ...others } = { ...raw } as Record<string, unknown>;
  const changed = replaced(there, further, value);
  return changed === undefined ? others : { ...others, [String(name)]: changed };
}
