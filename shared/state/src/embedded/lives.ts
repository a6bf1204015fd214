// Until when the ordered values of an embedded store live. What is over is as good as gone at once, and is taken out a few at a time.
import type { Database } from 'lmdb';
import { encodeStored, storedOrder } from '../stored-value.ts';

/** Lives looked at with every write. */
const sliceMax = 32;
/** A life is written anew when this part of it has passed: most writes of a value then need no second one. */
const slack = 1 / 64;

export type Lives = {
  isOver(key: string): boolean;
  /** From now on; inside a transaction, as all below. */
  begin(key: string): void;
  /** Forgets the life: the value is gone, or there for good. */
  end(key: string): void;
  /** Of the next few lives, the keys of those that are over: in turn, so that all are looked at in the end. */
  someThatAreOver(): readonly string[];
};

/** `deadlines` has epoch milliseconds per key. A value lives for `ttlMs` and up to a 64th longer. */
export function openLives(deadlines: Database<Uint8Array, string>, ttlMs: number, now: () => number): Lives {
  let start: string | undefined;
  const deadlineOf = (key: string): number => {
    const stored = deadlines.get(key);
    return stored === undefined ? Infinity : storedOrder(stored);
  };
  return {
    isOver: (key) => deadlineOf(key) <= now(),
    begin(key) {
      const deadlineMs = deadlineOf(key);
      if (ttlMs === Infinity) return this.end(key);
      const isEnough = deadlineMs >= now() + ttlMs && deadlineMs <= now() + ttlMs * (1 + slack);
      if (!isEnough) deadlines.putSync(key, encodeStored(now() + ttlMs * (1 + slack), new Uint8Array(0)));
    },
    end(key) {
      if (deadlines.doesExist(key)) deadlines.removeSync(key);
    },
    someThatAreOver() {
      const slice = [...deadlines.getRange({ ...(start === undefined ? {} : { start }), limit: sliceMax })];
      start = slice.length < sliceMax ? undefined : slice[slice.length - 1].key;
      return slice.filter(({ value }) => storedOrder(value) <= now()).map(({ key }) => key);
    },
  };
}
