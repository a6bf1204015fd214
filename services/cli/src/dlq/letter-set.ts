// Which letters have been met, at a few bits each where they lie side by side, as in a flood.
import { letterPosition } from '@tocsin/schemas';

export type LetterSet = {
  /** True where the letter is new to the set. An id that is none is never in a set. */
  add(id: string): boolean;
  has(id: string): boolean;
  /** Letters in the set. */
  size(): number;
};

/** 32 neighbouring offsets of a partition share an entry. */
export function createLetterSet(): LetterSet {
  const partitions = new Map<string, Map<number, number>>();
  let size = 0;

  function placeOf(id: string): { words: Map<number, number>; word: number; bit: number } | null {
    const position = letterPosition(id);
    if (position === null) return null;
    const name = `${position.topic}:${position.partition}`;
    const words = partitions.get(name) ?? new Map<number, number>();
    partitions.set(name, words);
    return { words, word: Math.floor(position.offset / 32), bit: 1 << (position.offset % 32) };
  }

  return {
    add(id) {
      const place = placeOf(id);
      if (place === null) return false;
      const bits = place.words.get(place.word) ?? 0;
      if ((bits & place.bit) !== 0) return false;
      place.words.set(place.word, bits | place.bit);
      size += 1;
      return true;
    },
    has(id) {
      const place = placeOf(id);
      return place !== null && ((place.words.get(place.word) ?? 0) & place.bit) !== 0;
    },
    size: () => size,
  };
}
