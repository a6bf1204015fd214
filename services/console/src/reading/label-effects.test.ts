// What has been said is looked for in the store: often at first, then less, and not for ever.
import { expect, test } from 'vitest';
import type { Label } from '@tocsin/schemas';
import { createLabelEffects } from './label-effects.ts';

const label: Label = { labelId: 'l', deviceId: 'd', subjectId: 's', verdict: 'real', who: 'Ada', atMs: 0, note: '' };

test('a device that is switched off is asked for less and less often', async () => {
  let nowMs = 0;
  let asked = 0;
  const store = { getMany: async (keys: readonly string[]) => ((asked += keys.length), keys.map(() => null)) };
  const effects = createLabelEffects(
    store,
    () => nowMs,
    () => undefined,
  );
  effects.watch(label);
  const askedUntil = async (untilMs: number) => {
    const before = asked;
    for (; nowMs < untilMs; nowMs += 300) await effects.look();
    return asked - before;
  };
  expect(await askedUntil(15_000)).toBe(50);
  expect(await askedUntil(120_000)).toBeLessThan(40);
  expect(await askedUntil(30 * 60_000)).toBeLessThan(90);
  expect(effects.effectOf(label)).toBe('waiting');
  nowMs += 1000;
  await effects.look();
  expect(effects.effectOf(label)).toBe('unknown');
});
