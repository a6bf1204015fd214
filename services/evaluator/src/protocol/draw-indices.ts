// Seeded choice of support windows.
import type { Random } from '@tocsin/signals';

/** `count` different whole numbers of 0..n-1, rising; all of them where there are no more. */
export function drawIndices(random: Random, n: number, count: number): number[] {
  const pool = Array.from({ length: n }, (_, i) => i);
  const taken = Math.min(n, count);
  for (let i = 0; i < taken; i++) {
    const j = i + Math.floor(random() * (n - i));
    [pool[i], pool[j]] = [pool[j], pool[i]];
  }
  return pool.slice(0, taken).toSorted((one, two) => one - two);
}
