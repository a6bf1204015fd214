// Turns what zod found into mistakes for people. Pure.
import type { z } from 'zod';
import { shown, type Mistake } from './config-error.ts';
import { nearest } from './nearest.ts';
import { expectationOf, settingAt, withoutNull, type Setting } from './setting.ts';

type Issue = z.core.$ZodIssue;

/** One mistake per issue, one per unknown key. `raw` is what was checked, `root` its schema as settings. */
export function mistakesOf(
  issues: readonly Issue[],
  raw: unknown,
  root: Setting,
): { path: PropertyKey[]; mistake: Omit<Mistake, 'path'> }[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const path = [...issue.path, key];
        return { path, mistake: unknownKey(key, valueAt(raw, path), settingAt(root, issue.path)) };
      });
    }
    const setting = settingAt(root, issue.path);
    const isName = issue.code === 'invalid_key';
    const expected = isName ? 'a name of letters, digits, dot, dash and underscore' : expectationOf(setting ?? {});
    const about = setting?.description ?? '';
    const value = isName ? issue.path.at(-1) : valueAt(raw, issue.path);
    const advice = `${value === undefined ? 'add it' : 'correct it'}${about === '' ? '' : ` (${trimmed(about)})`}`;
    return [{ path: [...issue.path], mistake: { value: isSecret(issue.path) ? hidden(value) : shown(value), expected, advice } }];
  });
}

/** Value at a path of plain data; undefined where there is none. */
export function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined), raw);
}

function unknownKey(key: string, value: unknown, parent: Setting | undefined): Omit<Mistake, 'path'> {
  const known = Object.keys(withoutNull(parent ?? {}).properties ?? {});
  const meant = nearest(key, known);
  const advice = meant === undefined ? 'remove it' : `did you mean ${meant}?`;
  const mayBeSecret = isSecret([key]) || isSecret([meant ?? '']);
  return { value: mayBeSecret ? hidden(value) : shown(value), expected: `no such setting (known: ${known.join(', ')})`, advice };
}

/** Is it one that nobody may see, not even where it is wrong? */
function isSecret(path: readonly PropertyKey[]): boolean {
  return ['password', 'secret', 'key', 'privateKey'].includes(String(path.at(-1))) || path.includes('headers');
}

function hidden(value: unknown): string {
  return value === undefined ? shown(value) : '***';
}

function trimmed(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
