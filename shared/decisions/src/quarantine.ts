// How long what a watched device is to learn has to wait, and what has to happen meanwhile. Decision 0024 says where the figures come from.

/** A device learns its first so many windows at once: its own are too few yet to be told from anything. */
export const firstWindows = 50;
/** From then on windows are gathered, so many before they are learnt together ... */
export const blockWindows = 20;
/** ... and so many have to follow them, as ordinary as they were. */
export const confirmWindows = 20;
/** Most windows, as a share of those gathered and confirming, that may have been over their threshold meanwhile. */
const overShare = 0.25;

/** How far the mean of a feature may be from its reference, in deviations of the reference. */
export const reachMax = 8;

/** Were no more windows over the threshold, while a block was gathered and confirmed, than may be? */
export function isOrdinary(over: number): boolean {
  return over <= overShare * (blockWindows + confirmWindows);
}
