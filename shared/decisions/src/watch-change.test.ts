import { noChanges, type ChangeMemory } from '@tocsin/schemas';
import { createRandom } from '@tocsin/signals';
import { describe, expect, test } from 'vitest';
import { countWindow, defaultChanges, endWatch, watchChange } from './watch-change.ts';

const expected = 0.01;
const bundle = { kind: 'bundle', from: 1, scored: 0, scoreMedian: 0, scoreExcess: 0 } as const;

/** After these windows ('X' is over the threshold); `jumps`: the number of the window with which alarms had jumped, 0 for none. */
function after(memory: ChangeMemory, windows: string): { memory: ChangeMemory; jumps: number } {
  let now = memory;
  for (const [i, window] of [...windows].entries()) {
    const counted = countWindow(now, window === 'X', expected, defaultChanges);
    if (counted.hasJumped) return { memory: counted.memory, jumps: i + 1 };
    now = counted.memory;
  }
  return { memory: now, jumps: 0 };
}

const calm = after(noChanges, '.'.repeat(200)).memory;
const watching = (past: ChangeMemory) => watchChange(past, bundle, defaultChanges);

describe('alarms jump', () => {
  test.each([
    ['all windows are over from the change on', 'X'.repeat(40), 20],
    ['every second one', '.X'.repeat(20), 40],
    ['two of three from the tenth on', '.'.repeat(10) + '.XX'.repeat(10), 40],
  ])('%s', (_, windows, at) => {
    const { memory, jumps } = after(watching(calm), windows);
    expect(jumps).toBe(at);
    expect(memory).toEqual(calm);
  });

  test.each([
    ['one alert of nineteen windows', '.'.repeat(5) + 'X'.repeat(19) + '.'.repeat(16)],
    ['one in three', '..X'.repeat(13)],
    ['long after the change', '.'.repeat(40) + 'X'.repeat(40)],
  ])('not where it is %s', (_, windows) => {
    expect(after(watching(calm), windows).jumps).toBe(0);
  });

  test('not where a device alarmed as much before, or where little is known of what it was like', () => {
    const alarming = after(noChanges, '.X'.repeat(100)).memory;
    expect(after(watching(alarming), '.X'.repeat(20)).jumps).toBe(0);
    const young = after(noChanges, '.'.repeat(19)).memory;
    expect(watching(young).watched).toBeNull();
    expect(watching(after(young, '.').memory).watched).not.toBeNull();
  });
});

test('what was counted while a change was watched is part of the past when it ends, and not before', () => {
  const half = after(watching(calm), '....X'.repeat(4)).memory;
  expect(half).toMatchObject({ overShare: 0, judged: 200, watched: { windows: 20, over: 4 } });
  expect(endWatch(half)).toMatchObject({ overShare: Math.fround(4 / 200), judged: 200, watched: null });
  expect(after(half, '....X'.repeat(4)).memory).toEqual(endWatch(after(half, '....X'.repeat(4)).memory));
});

/** Windows of a device on which nothing changed: over the threshold at this rate, in bursts of this mean length. */
function bursts(rate: number, length: number, random: () => number): () => boolean {
  let isOver = false;
  const begins = rate / (1 - rate) / length;
  return () => (isOver = isOver ? random() >= 1 / length : random() < begins);
}

// What is counted is chance alone: an alert of twenty windows and more that happens to begin within forty windows of the change.
//
//   over at a rate of       .01 .05  | .01 .05 | .02   .005 .02
//   in bursts of              1   1  |   3   3 |   5     10  10
//   changes taken back, %     0   0  |   0  .1 |  .1     .1  .9     of 3000 each
describe('healthy devices on which nothing is wrong with the change', () => {
  test.each([
    { rate: 0.01, length: 1, share: 0 },
    { rate: 0.05, length: 1, share: 0 },
    { rate: 0.01, length: 3, share: 0.001 },
    { rate: 0.05, length: 3, share: 0.002 },
    { rate: 0.02, length: 5, share: 0.003 },
    { rate: 0.005, length: 10, share: 0.005 },
    { rate: 0.02, length: 10, share: 0.015 },
  ])('over at a rate of $rate in bursts of $length: at most $share of changes are taken back', ({ rate, length, share }) => {
    const random = createRandom(1);
    const changes = 1500;
    let jumps = 0;
    for (let i = 0; i < changes; i++) {
      const next = bursts(rate, length, random);
      let memory = noChanges;
      for (let n = 0; n < 200; n++) memory = countWindow(memory, next(), expected, defaultChanges).memory;
      memory = watching(memory);
      let hasJumped = false;
      while (memory.watched !== null) ({ memory, hasJumped } = countWindow(memory, next(), expected, defaultChanges));
      if (hasJumped) jumps += 1;
    }
    expect(jumps / changes).toBeLessThanOrEqual(share);
  });
});
