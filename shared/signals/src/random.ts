// Seeded randomness: the only kind there is in a pure room.

/** Uniform numbers in [0, 1) with 32 bits each. */
export type Random = () => number;

/**
 * xoshiro128** 1.1 by Blackman and Vigna (https://prng.di.unimi.it/xoshiro128starstar.c), period 2^128 - 1, its state filled from
 * `seed` (any number; its lowest 32 bits count) by the splitmix32 sequence. Equal seeds give equal sequences on every machine.
 */
export function createRandom(seed: number): Random {
  let counter = seed >>> 0;
  const fill = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    return mix(counter);
  };
  let a = fill();
  let b = fill();
  let c = fill();
  let d = fill();
  return () => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled / 2 ** 32;
  };
}

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Standard normal, by Box and Muller (Ann. Math. Statist. 29, 1958); takes two numbers from `random`. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A factor around 1 whose logarithm is normal with deviation `spread`. */
export function factor(random: Random, spread: number): number {
  return Math.exp(spread * normal(random));
}

/** A bijection of 32-bit numbers that hides their order: `lowbias32` of https://github.com/skeeto/hash-prospector. */
export function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
