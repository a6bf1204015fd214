// Where the next meta-update goes on from: one head per fold and the one that was trained on everybody.
import type { Initialisation } from '@tocsin/schemas';
import type { Head } from '../meta/train-head.ts';
import type { Places } from './folds.ts';
import type { Trial } from './trials.ts';

/**
 * Heads that have been trained equally long. Going on from the published head alone would be dishonest: its thresholds come
 * from the folds' heads, which would then be less trained and would score normals otherwise (1 % of false alarms asked for
 * became 2-3 %). A device keeps its place, so no fold's head ever sees a device that it judges.
 */
export type HeadMemory = { specHash: string; places: Places; folds: readonly Head[]; final: Head };

/** The memory if it fits, else null: another feature spec or another number of folds starts afresh. */
export function usableMemory(memory: HeadMemory | null, specHash: string, folds: number): HeadMemory | null {
  return memory !== null && memory.specHash === specHash && memory.folds.length === folds ? memory : null;
}

/** What to remember of a meta-update; null where no head was good enough: the next one starts afresh. */
export function nextMemory(
  specHash: string,
  places: Places,
  trials: readonly Trial[],
  learned: Initialisation,
): HeadMemory | null {
  const folds = trials.flatMap(({ initialisation }) => initialisation.head ?? []);
  return learned.head && { specHash, places, folds, final: learned.head };
}
