// What is remembered as open is what is open, whoever has had the partition meanwhile and whatever became of store and topic.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sinkKey } from '@tocsin/schemas';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createOpenAlerts, type OpenAlerts } from './open-alerts.ts';

let directory: string;
let state: StateStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  state = createEmbeddedState({ directory });
});
afterEach(async () => {
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});

const never = new AbortController().signal;
const said = { alert: { labels: {}, annotations: {}, startsAt: '' }, saidMs: 0 };
const process = () => createOpenAlerts('ops', state, () => undefined);
const idsOf = (open: OpenAlerts) => open.all().map(([id]) => id);

/** What a process finds that has just come. */
async function found(...partitions: number[]): Promise<string[]> {
  const next = process();
  await next.hold(partitions, never);
  return idsOf(next);
}

test('a partition that was elsewhere meanwhile is looked up again', async () => {
  const [one, two] = [process(), process()];
  await one.hold([0], never);
  one.set(0, 'a', said);
  await one.keep(0, 1, 1);
  await two.hold([0], never);
  two.end('a');
  await two.keep(0, 2, 2);
  // Nobody told the first one that it had lost the partition in between.
  await one.hold([0], never);
  expect(idsOf(one)).toEqual([]);
});

test('what ends in another partition than it began in has ended', async () => {
  const one = process();
  await one.hold([0, 1], never);
  one.set(0, 'a', said);
  await one.keep(0, 1, 1);
  one.end('a');
  await one.keep(1, 1, 1);
  expect([idsOf(one), await found(0, 1)]).toEqual([[], []]);
  one.set(0, 'b', said);
  await one.keep(0, 2, 2);
  expect(await found(0)).toEqual(['b']);
});

test('a topic that is made anew begins with lower offsets, and what it says is stored all the same', async () => {
  const one = process();
  await one.hold([0], never);
  one.set(0, 'a', said);
  await one.keep(0, 100, 100);
  one.end('a');
  one.set(0, 'b', said);
  await one.keep(0, 1, 1);
  expect(await found(0)).toEqual(['b']);
});

test('a store that has lost its memory is told again', async () => {
  const one = process();
  await one.hold([0], never);
  one.set(0, 'a', said);
  await one.keep(0, 5, 5);
  await state.remove([sinkKey('ops', 0)]);
  await one.hold([0], never);
  await one.keep(0, 6, 6);
  expect([idsOf(one), await found(0)]).toEqual([['a'], ['a']]);
});

test('what cannot be read is no reason not to go on', async () => {
  await state.put(sinkKey('ops', 0), Buffer.from('{"format":'));
  expect(await found(0)).toEqual([]);
});
