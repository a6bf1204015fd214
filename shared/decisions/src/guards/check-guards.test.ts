import { noGuards, type GuardMemory, type GuardPlan } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { measureChannels } from './channel-levels.ts';
import { checkGuards } from './check-guards.ts';
import { learnLevels, scaleJump } from './scale-jump.ts';

const off: GuardPlan = { silentMs: null, flatlineWindows: 0, range: {}, skewMs: null, scaleJump: false };
const check = (guards: Partial<GuardPlan>, samples: readonly number[], skewMs = 0, memory: GuardMemory = noGuards) =>
  checkGuards(
    { guards: { ...off, ...guards }, channels: ['x', 'y'], supportWindows: 3 },
    measureChannels(Float32Array.from(samples), 2),
    skewMs,
    memory,
  );

test('level and spread of a channel, to the digit, also far from zero', () => {
  const [x, y] = measureChannels(Float32Array.of(1, 2, 3, 4, 1e6, 1e6 + 1, 1e6, 1e6 + 1), 2);
  expect(x).toEqual({
    min: 1,
    max: 4,
    rms: expect.closeTo(Math.sqrt(7.5), 9) as number,
    sd: expect.closeTo(Math.sqrt(1.25), 9) as number,
  });
  expect(y.sd).toBeCloseTo(0.5, 9);
});

test('what is off says nothing', () => expect(check({}, [0, 0, 0, 0])).toEqual({}));

test.each([
  ['both move', [1, 2, 3, 4], null],
  ['the second stands still', [1, 2, 7, 7], { value: 7, bound: 7, channel: 1 }],
])('flatline: %s', (_, samples, breach) => expect(check({ flatlineWindows: 3 }, samples)).toEqual({ flatline: breach }));

test.each([
  ['within, bounds included', [-1, 1, 99, 99], null],
  ['below', [-1.5, 1, 0, 0], { value: -1.5, bound: -1, channel: 0 }],
  ['above', [0, 2, 0, 0], { value: 2, bound: 1, channel: 0 }],
])('range: %s', (_, samples, breach) => expect(check({ range: { x: { min: -1, max: 1 } } }, samples)).toEqual({ range: breach }));

test.each([
  [5000, null],
  [-5001, { value: -5001, bound: 5000, channel: 0 }],
])('skew of %d ms', (skewMs, breach) => expect(check({ skewMs: 5000 }, [1, 2, 3, 4], skewMs)).toEqual({ skew: breach }));

describe('scale', () => {
  const wave = (gain: number, offset = 0) => Float32Array.from({ length: 64 }, (_, i) => gain * (offset + Math.sin(i)));
  const knowing = (offset: number) => {
    let memory: GuardMemory = noGuards;
    for (let i = 0; i < 5; i++) memory = learnLevels(memory, measureChannels(wave(1 + i / 100, offset), 1));
    return memory;
  };
  const jump = (samples: Float32Array, offset = 0) => scaleJump(knowing(offset), 0, measureChannels(samples, 1)[0]);

  test.each([6.894757, 9.80665, 10, 25.4, 100, 1000])('a unit apart: %d and its inverse', (factor) => {
    expect(jump(wave(factor))?.value).toBeCloseTo(factor, -Math.floor(Math.log10(factor)));
    expect(jump(wave(1 / factor))?.value).toBeLessThan(1);
  });

  test.each([1, 1.5, 3, 5, 8, 15])('%d times as much is a machine, no unit', (factor) => expect(jump(wave(factor))).toBeNull());

  test('a level that moves ten times without its spread is a process, no unit', () => {
    const moved = Float32Array.from({ length: 64 }, (_, i) => 400 + Math.sin(i));
    expect(jump(moved, 40)).toBeNull();
    expect(jump(wave(10, 40), 40)?.bound).toBe(9.80665);
  });

  test('a spread thirty times as large is wrong whatever the level; none at all is for the flatline', () => {
    const wild = Float32Array.from({ length: 64 }, (_, i) => 40 + 50 * Math.sin(i));
    expect(jump(wild, 40)).toMatchObject({ bound: 30 });
    expect(jump(new Float32Array(64).fill(40), 40)).toBeNull();
  });

  test('is not judged before the levels are known', () => {
    expect(check({ scaleJump: true }, [1, 2, 3, 4])).toEqual({ scale: null });
  });
});
