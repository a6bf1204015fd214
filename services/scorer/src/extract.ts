// Stage three: a window to its feature vector, by the one extractor that training and evaluation use too.
import type { Extractor } from '@tocsin/features';
import type { ClosedWindow } from '@tocsin/windows';
import type { TrackedDevice } from './partition.ts';

/** The vector is a fresh array: it is kept as support and sent to `tocsin.windows`. */
export type Extract = (device: TrackedDevice, closed: ClosedWindow) => Float32Array;

export function createExtract(extractors: ReadonlyMap<string, Extractor>): Extract {
  return (device, { window }) => extractors.get(device.deviceClass.name)!(window.samples);
}
