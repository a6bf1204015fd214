import { expect, test } from 'vitest';
import { beatWhile, type Every } from './beat-while.ts';

/** A clock that ticks by hand. */
function ticking() {
  const running = new Set<() => void>();
  const every: Every = (_, work) => {
    running.add(work);
    return () => void running.delete(work);
  };
  const tick = async () => {
    running.forEach((work) => work());
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { every, tick, timers: () => running.size };
}

test('beats while a call hangs, one beat at a time, and not once it has settled', async () => {
  const { every, tick, timers } = ticking();
  const answers: (() => void)[] = [];
  let settle: (value: string) => void = () => undefined;
  const beat = () => new Promise<void>((resolve) => void answers.push(resolve));
  const result = beatWhile(every, beat, () => new Promise<string>((resolve) => (settle = resolve)));
  await tick();
  await tick();
  expect(answers).toHaveLength(1);
  answers[0]();
  await tick();
  await tick();
  expect(answers).toHaveLength(2);
  settle('stored');
  expect(await result).toBe('stored');
  expect(timers()).toBe(0);
});

test('a call that fails ends the beats too', async () => {
  const { every, timers } = ticking();
  await expect(
    beatWhile(
      every,
      async () => undefined,
      () => Promise.reject(new Error('refused')),
    ),
  ).rejects.toThrow('refused');
  expect(timers()).toBe(0);
});

test('a beat that fails is what the caller learns, when the call is over', async () => {
  const { every, tick } = ticking();
  let settle: () => void = () => undefined;
  const call = () => new Promise<void>((resolve) => (settle = resolve));
  const result = beatWhile(every, () => Promise.reject(new Error('no member any more')), call);
  await tick();
  settle();
  await expect(result).rejects.toThrow('no member any more');
});
