// What a watched device is to learn waits in a block, until later windows have shown that nothing was beginning while it was
// gathered. Knows nothing of which windows may teach.
import { blockWindows, confirmWindows, isOrdinary } from '@tocsin/decisions';
import { defaultMemoryWindows, emptyMoments, learnMoments, referenceOf, withWindow } from '@tocsin/models';
import { noTeaching, type ScoredWindow } from '@tocsin/schemas';
import { refreshModel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';
import { regimesOf } from './support-frame.ts';

/** What became of a block: learnt, or dropped because an alert opened, or because too many windows were over the threshold. */
export type BlockOutcome = 'learnt' | 'dropped_alert' | 'dropped_share';
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
  const block = teaching.block ?? emptyMoments(features.length);
  if (block.count < blockWindows) {
    state.teaching = { ...teaching, block: withWindow(block, features, regimes) };
    return;
  }
  const confirmed = teaching.confirmed + 1;
  if (confirmed < confirmWindows) {
    state.teaching = { ...teaching, confirmed };
    return;
  }
  state.teaching = { ...noTeaching, before: teaching.before, reference: teaching.reference };
  if (!isOrdinary(teaching.over)) return onBlock(device, 'dropped_share');
  learnMoments(support, block, { memoryWindows: defaultMemoryWindows });
  refreshModel(device);
  onBlock(device, 'learnt');
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

/** An alert has opened: whatever was gathered may have been its beginning. */
export function dropBlock(device: TrackedDevice, onBlock: OnBlock): void {
  const { state } = device;
  if (state.teaching.block === null) return;
  state.teaching = { ...noTeaching, before: state.teaching.before, reference: state.teaching.reference };
  onBlock(device, 'dropped_alert');
}
