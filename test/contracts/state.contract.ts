// What every state store must do, whatever it is made of. `state.test.ts` runs this over each of them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StateStore } from '@tocsin/state';

export type StateContract = {
  /** Two openings of one and the same store, as two processes would have; ordered values live for `ttlMs`, or for good. */
  open: (ttlMs?: number) => StateStore;
  /** Starts every key, so that a store that is kept between runs can be used. */
  prefix: string;
};

const bytes = (...values: number[]) => Uint8Array.from(values);
const zeros = bytes(0, 0, 255, 0, 13, 10, 0);

export function stateContract({ open, prefix }: StateContract): void {
  let store: StateStore;
  let other: StateStore;
  const key = (name: string) => `tocsin:{${prefix}${name}}:state`;
  const read = async (name: string) => (await store.getMany([key(name)]))[0];
  const putIfNewer = async (name: string, order: number, value: Uint8Array, through = store) =>
    (await through.putIfNewer([{ key: key(name), order, value }]))[0];

  beforeAll(() => {
    store = open();
    other = open();
  });
  afterAll(async () => {
    await store.close();
    await other.close();
  });

  describe('reading', () => {
    test('values come in the order of the keys, null where there is none, twice where asked twice', async () => {
      await store.put(key('r1'), bytes(1));
      await store.put(key('r2'), bytes(2));
      expect(await store.getMany([key('r2'), key('absent'), key('r1'), key('r2')])).toEqual([bytes(2), null, bytes(1), bytes(2)]);
    });

    test('no keys, no values', async () => {
      expect(await store.getMany([])).toEqual([]);
      expect(await store.putIfNewer([])).toEqual([]);
      await store.remove([]);
    });

    test('bytes come back as they went, zeros and none at all included', async () => {
      await store.put(key('zeros'), zeros);
      await store.put(key('empty'), bytes());
      expect(await read('zeros')).toEqual(zeros);
      expect(await read('empty')).toEqual(bytes());
    });

    test('what one writes the other reads, and the reader owns its copy', async () => {
      await store.put(key('shared'), bytes(1, 2));
      (await other.getMany([key('shared')]))[0]?.fill(9);
      expect(await other.getMany([key('shared')])).toEqual([bytes(1, 2)]);
    });

    test('a value of one megabyte', async () => {
      const large = new Uint8Array(1 << 20).map((_, i) => i * 31);
      expect(await putIfNewer('large', 1, large)).toBe(true);
      expect(Buffer.compare((await read('large')) ?? bytes(), large)).toBe(0);
    });

    test('a removed value is gone and so is its order', async () => {
      await putIfNewer('gone', 100, bytes(1));
      await store.remove([key('gone'), key('absent')]);
      expect(await read('gone')).toBeNull();
      expect(await putIfNewer('gone', 1, bytes(2))).toBe(true);
    });
  });

  describe('compare-and-set', () => {
    test('strictly greater wins; equal and smaller are refused and change nothing', async () => {
      expect(await putIfNewer('cas', 5, bytes(5))).toBe(true);
      expect(await putIfNewer('cas', 5, bytes(55))).toBe(false);
      expect(await putIfNewer('cas', 4, bytes(4))).toBe(false);
      expect(await read('cas')).toEqual(bytes(5));
      expect(await putIfNewer('cas', 6, bytes(6))).toBe(true);
      expect(await read('cas')).toEqual(bytes(6));
    });

    test('fractions of a millisecond count, and so do orders of any size and sign', async () => {
      const rising = [
        -Infinity,
        -Number.MAX_VALUE,
        -0.5,
        0,
        Number.MIN_VALUE,
        1_785_000_000_000.25,
        1_785_000_000_000.5,
        1e300,
        Infinity,
      ];
      for (const order of rising) expect([order, await putIfNewer('orders', order, zeros)]).toEqual([order, true]);
      for (const order of rising) expect([order, await putIfNewer('orders', order, zeros)]).toEqual([order, false]);
    });

    test('after an unconditional put any ordered one wins, except -Infinity', async () => {
      await putIfNewer('put', 100, bytes(1));
      await store.put(key('put'), bytes(2));
      expect(await putIfNewer('put', -Infinity, bytes(3))).toBe(false);
      expect(await putIfNewer('put', -1e300, bytes(4))).toBe(true);
      expect(await read('put')).toEqual(bytes(4));
    });

    test('entries are judged one by one, in order, also where they share a key', async () => {
      await putIfNewer('b', 10, bytes(0));
      const entries = [
        { key: key('a'), order: 1, value: bytes(1) },
        { key: key('b'), order: 10, value: bytes(2) },
        { key: key('a'), order: 1, value: bytes(3) },
        { key: key('a'), order: 2, value: bytes(4) },
      ];
      expect(await store.putIfNewer(entries)).toEqual([true, false, false, true]);
      expect(await store.getMany([key('a'), key('b')])).toEqual([bytes(4), bytes(0)]);
    });

    test('nothing is replaced that is newer than what the writer knows of, whatever is written', async () => {
      const put = async (order: number, over: number, value: Uint8Array) =>
        (await store.putIfNewer([{ key: key('known'), order, over, value }]))[0];
      expect(await put(5, -Infinity, bytes(5))).toBe(true);
      expect(await put(9, -Infinity, bytes(9))).toBe(false);
      expect(await put(9, 4.5, bytes(9))).toBe(false);
      expect(await read('known')).toEqual(bytes(5));
      expect(await put(6, 5, bytes(6))).toBe(true);
      // What is older than that is a store that went back in time, which the writer mends.
      expect(await put(8, 7, bytes(8))).toBe(true);
      await store.remove([key('known')]);
      expect(await put(9, 8, bytes(9))).toBe(true);
      expect(await read('known')).toEqual(bytes(9));
    });

    test('of two writers racing for the same order exactly one wins, every time', async () => {
      for (let order = 1; order <= 50; order++) {
        const won = await Promise.all([putIfNewer('race', order, bytes(1)), putIfNewer('race', order, bytes(2), other)]);
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await read('race')).toEqual(bytes(won[0] ? 1 : 2));
      }
    });

    test('an order that cannot be compared never reaches the store', async () => {
      await expect(putIfNewer('nan', Number.NaN, zeros)).rejects.toThrow(/order is NaN/);
      expect(await read('nan')).toBeNull();
    });

    test('a thousand keys at once', async () => {
      const entries = Array.from({ length: 1000 }, (_, i) => ({ key: key(`m${i}`), order: i, value: bytes(i, i >> 8, 0) }));
      expect(await store.putIfNewer(entries)).toEqual(entries.map(() => true));
      expect(await other.getMany(entries.map((entry) => entry.key))).toEqual(entries.map((entry) => entry.value));
      await store.remove(entries.map((entry) => entry.key));
      expect(await other.getMany(entries.map((entry) => entry.key))).toEqual(entries.map(() => null));
    });
  });

  describe('life', () => {
    test('an ordered value expires, with its order; one put unconditionally stays', async () => {
      const hasty = open(30);
      await hasty.put(key('kept'), bytes(2));
      await putIfNewer('kept too', 1, bytes(3), hasty);
      await hasty.put(key('kept too'), bytes(4));
      await putIfNewer('mortal', 9, bytes(1), hasty);
      await expect.poll(() => store.getMany(['mortal', 'kept', 'kept too'].map(key))).toEqual([null, bytes(2), bytes(4)]);
      expect(await putIfNewer('mortal', 1, bytes(5))).toBe(true);
      await hasty.close();
    });

    test('ping says in one line what answers', async () => {
      expect(await store.ping()).toMatch(new RegExp(`^${store.kind}[^\\n]+$`));
    });

    test('order and value survive a reopen; a closed store refuses by name', async () => {
      const first = open();
      await putIfNewer('reopen', 7.5, zeros, first);
      await first.close();
      await first.close();
      await expect(first.getMany([key('reopen')])).rejects.toMatchObject({ code: 'refused', isRetriable: false });
      const second = open();
      expect(await second.getMany([key('reopen')])).toEqual([zeros]);
      expect(await putIfNewer('reopen', 7.5, bytes(1), second)).toBe(false);
      expect(await putIfNewer('reopen', 7.75, bytes(1), second)).toBe(true);
      await second.close();
    });
  });
}
