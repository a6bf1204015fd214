// How long what a watched device is to learn has to wait, and what has to happen meanwhile.
import type { DeviceClass, QuarantinePlan } from '@tocsin/schemas';

/** Decision 0024 says where the figures come from. */
export const defaultQuarantine: QuarantinePlan = {
  firstWindows: 50,
  blockWindows: 20,
  confirmWindows: 20,
  reachMax: 8,
  driftMin: 3,
};

/** Most windows, as a share of those gathered and confirming, that may have been over their threshold meanwhile. */
const overShare = 0.25;

/** The plan of a class. */
export function quarantineOf({ quarantine = defaultQuarantine }: Pick<DeviceClass, 'quarantine'>): QuarantinePlan {
  return quarantine;
}

/** Were no more windows over the threshold, while a block was gathered and confirmed, than may be? */
export function isOrdinary(over: number, { blockWindows, confirmWindows }: QuarantinePlan): boolean {
  return over <= overShare * (blockWindows + confirmWindows);
}
