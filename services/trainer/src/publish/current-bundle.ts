// What the state store says is in use for a class.
import { checksumOf, decodeBundle } from '@tocsin/models';
import {
  currentBundleKey,
  decodeModelAnnouncement,
  type LogMessage,
  type ModelAnnouncement,
  type ModelBundle,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';

/** `announcement` is null for a class without a bundle, `bundle` also where it is missing or broken. */
export type Current = { announcement: ModelAnnouncement | null; bundle: ModelBundle | null };

/** Rejects only where the store cannot be reached; what cannot be read is noted, and its version still counts. */
export async function loadCurrent(state: StateStore, deviceClass: string, note: LogMessage): Promise<Current> {
  let announcement: ModelAnnouncement | null = null;
  const [pointer] = await state.getMany([currentBundleKey(deviceClass)]);
  if (pointer === null) return { announcement, bundle: null };
  try {
    announcement = decodeModelAnnouncement(pointer);
  } catch (error) {
    note('error', 'the pointer to the current bundle cannot be read; versions start anew', { deviceClass, error: String(error) });
    return { announcement, bundle: null };
  }
  const { location, checksum, version } = announcement;
  const [bytes] = await state.getMany([location]);
  try {
    if (bytes === null) throw new Error(`${location} is missing`);
    if (checksumOf(bytes) !== checksum) throw new Error(`${location} is not what was announced: its checksum differs`);
    return { announcement, bundle: decodeBundle(bytes) };
  } catch (error) {
    note('error', 'the bundle in use cannot be read; nothing will be compared with it', {
      deviceClass,
      version,
      error: String(error),
    });
    return { announcement, bundle: null };
  }
}
