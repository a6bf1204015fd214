// What a watched device is to learn waits in a block, until later windows have shown that nothing was beginning while it was
// gathered. Knows nothing of which windows may teach.
import { isOrdinary, noScores, quarantineOf } from '@tocsin/decisions';
import {
  defaultMemoryWindows,
  emptyMoments,
  goBackTo,
  goBackToReservoir,
  keepNear,
  learnMoments,
  momentsOf,
  referenceOf,
  withWindow,
} from '@tocsin/models';
import { noTeaching, type ScoredWindow } from '@tocsin/schemas';
import { refreshModel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';
import { isLabelWatched, stopWatching } from './take-back.ts';
import { forgetWhenLearnt, regimesOf, taughtWindows } from './support-frame.ts';

/**
 * What became of a block: learnt; dropped, because an alert opened or because too many windows were over the threshold; learnt and
 * taken back, because one of the two happened right afterwards, or because an operator said so. And learnt, but pulled back to within
 * reach of the reference.
 */
export type BlockOutcome = 'learnt' | 'dropped_alert' | 'dropped_share' | 'rolled_back' | 'pulled_back';
export type OnBlock = (device: TrackedDevice, outcome: BlockOutcome) => void;

const countMax = 255;

/** Takes in a window that may teach: into the block while that fills, and then as one more that confirms it. */
export function holdWindow(
  device: TrackedDevice,
  { features, startMs }: Pick<ScoredWindow, 'features' | 'startMs'>,
  onBlock: OnBlock,
): void {
  const regimes = regimesOf(device);
  takeReference(device, startMs);
  const { state } = device;
  const { teaching, support } = state;
  const plan = quarantineOf(device.deviceClass);
  const block = teaching.block ?? emptyMoments(features.length);
  if (block.count < plan.blockWindows) {
    state.teaching = { ...teaching, block: withWindow(block, features, regimes) };
    return;
  }
  const confirmed = teaching.confirmed + 1;
  if (confirmed < plan.confirmWindows) {
    state.teaching = { ...teaching, confirmed };
    return;
  }
  if (!isOrdinary(teaching.over, plan)) return doubt(device, 'dropped_share', onBlock);
  if (isLabelWatched(device)) stopWatching(device);
  const before = { ...momentsOf(support), learned: support.learned };
  state.teaching = { ...noTeaching, before, reference: teaching.reference };
  learnMoments(support, block, { memoryWindows: defaultMemoryWindows });
  const { reference } = teaching;
  const pulled = reference === null ? 0 : keepNear(support, reference, plan.reachMax);
  refreshModel(device);
  onBlock(device, 'learnt');
  if (pulled > 0) onBlock(device, 'pulled_back');
}

/** Where the device stands when it is first held back, or for the first time after an operator said that it is normal. */
function takeReference({ state, model }: TrackedDevice, sinceMs: number): void {
  if (state.teaching.reference !== null || model === null) return;
  state.teaching = { ...state.teaching, reference: referenceOf(state.support, model, sinceMs) };
}

/** A window over its threshold went by. */
export function countOver({ state }: TrackedDevice): void {
  const { teaching } = state;
  if (teaching.block !== null) state.teaching = { ...teaching, over: Math.min(countMax, teaching.over + 1) };
}

/**
 * An alert has opened, or too many windows were over the threshold: whatever was gathered may have been the beginning of it, and what
 * was learnt last, right before, its cause or its beginning, too. Neither is kept.
 */
export function doubt(device: TrackedDevice, outcome: 'dropped_alert' | 'dropped_share', onBlock: OnBlock): void {
  const { state } = device;
  const { block, before, reference } = state.teaching;
  // An operator's verdict is taken back only for what follows from it.
  const isOfLabel = isLabelWatched(device);
  state.teaching = { ...noTeaching, reference, before: isOfLabel ? before : null };
  if (block !== null) onBlock(device, outcome);
  if (before === null || isOfLabel) return;
  goBackTo(state.support, before);
  refreshModel(device);
  onBlock(device, 'rolled_back');
}

/**
 * An operator wants what was learnt last forgotten: the last block; where that is gone already, everything but the first windows and
 * those called normal, and what is remembered of scores with it. Does not bring the model up to date.
 */
export function rollBack(device: TrackedDevice, onBlock: OnBlock): void {
  const regimes = regimesOf(device);
  const { state } = device;
  const { support, labels, teaching } = state;
  state.teaching = { ...noTeaching, reference: teaching.reference };
  onBlock(device, 'rolled_back');
  if (teaching.before !== null) return goBackTo(support, teaching.before);
  goBackToReservoir(support, regimes, taughtWindows(labels));
  forgetWhenLearnt(state);
  Object.assign(state, noScores);
}
