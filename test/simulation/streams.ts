// Randomness of one schedule, a stream for each purpose: what one draws changes nothing for the others, so a new kind of fault leaves
// the rest of a schedule as it was until it happens.
import { createRandom, type Random } from '@tocsin/signals';

/** The stream of this name, the same one whenever it is asked for. */
export type Streams = (name: string) => Random;

export function createStreams(seed: number): Streams {
  const streams = new Map<string, Random>();
  return (name) => {
    const stream = streams.get(name) ?? createRandom(seedOf(seed, name));
    streams.set(name, stream);
    return stream;
  };
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/); `createRandom` spreads it over its state. */
function seedOf(seed: number, name: string): number {
  return [...`${seed} ${name}`].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);
}
