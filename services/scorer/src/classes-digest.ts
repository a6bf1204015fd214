// Which classes a scorer was configured with, as one number: whoever reads its commits sees whether they are still the same.
import { createHash } from 'node:crypto';
import type { DeviceClass } from '@tocsin/schemas';

/** 48 bits of the SHA-256 of everything that is set about the classes, in the order of their names. */
export function classesDigest(classes: readonly DeviceClass[]): number {
  const sorted = classes.toSorted((one, two) => (one.name < two.name ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest().readUIntBE(0, 6);
}
