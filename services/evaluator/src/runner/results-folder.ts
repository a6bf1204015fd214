// One file per set, method and seed, so that an evaluation that was stopped goes on where it was.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../replace-file.ts';
import { tableKey } from '../windows/window-cache.ts';
import type { JudgeTask, SetResult } from './task.ts';

/** Raise it whenever the same windows and learners give other figures. */
const protocolRevision = 2;

type Stored = { key: string; result: SetResult };

/** Everything the figures of a task depend on; `code` stands for the learner's own. */
export function resultKey({ set, method, seed, plan }: JudgeTask, code: string): string {
  const { seeds: _seeds, ...settings } = plan;
  const contexts = set.classes.map(({ spec }) => spec.context ?? []);
  const tables = set.classes.flatMap((of) => of.devices.map((device) => tableKey(device, of)));
  return createHash('sha256')
    .update(JSON.stringify([protocolRevision, settings, set.name, tables, contexts, method, seed, code]))
    .digest('hex')
    .slice(0, 24);
}

/** The result under this key; null where there is none, an older one, or half of one. */
export function readResult(directory: string, task: JudgeTask, key: string): SetResult | null {
  try {
    const stored = JSON.parse(readFileSync(fileOf(directory, task), 'utf8')) as Stored;
    return stored.key === key ? stored.result : null;
  } catch {
    // Whatever is wrong with a result, judging again is the answer.
    return null;
  }
}

export function writeResult(directory: string, task: JudgeTask, key: string, result: SetResult): void {
  mkdirSync(directory, { recursive: true });
  const file = fileOf(directory, task);
  const stored: Stored = { key, result };
  replaceFile(file, JSON.stringify(stored));
}

function fileOf(directory: string, { set, method, seed, plan }: JudgeTask): string {
  return join(directory, `${set.name}--${method}--${plan.split}--seed-${seed}.json`);
}
