// Makes a bundle the current one of its class. In this order, so that whoever hears of it finds it: bytes, pointer, record. Then lets the oldest go.
import { checksumOf, encodeBundle } from '@tocsin/models';
import { bundleKey, currentBundleKey, encodeModelAnnouncement, type ModelAnnouncement, type ModelBundle } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LogWriter } from '@tocsin/transport';

/** Versions that stay in the store: devices that are scored anew after a crash need the one that was in use then. */
const keptVersions = 5;

/** Safe to repeat: equal bundles give equal bytes, and readers ignore a version that they know. */
export async function publishBundle(
  bundle: ModelBundle,
  state: StateStore,
  writer: LogWriter,
  topic: string,
): Promise<ModelAnnouncement> {
  const { deviceClass, version, createdAtMs, metrics, spec } = bundle;
  const bytes = encodeBundle(bundle);
  const location = bundleKey(deviceClass, version);
  const announcement = { deviceClass, version, location, checksum: checksumOf(bytes), specHash: spec.hash, createdAtMs, metrics };
  await state.put(location, bytes);
  await state.put(currentBundleKey(deviceClass), encodeModelAnnouncement(announcement));
  await announce(announcement, writer, topic);
  await state.remove(outlived(deviceClass, version));
  return announcement;
}

/** Some more than one, in case a removal was missed. */
function outlived(deviceClass: string, version: number): string[] {
  const newest = version - keptVersions;
  return [newest, newest - 1, newest - 2].filter((old) => old > 0).map((old) => bundleKey(deviceClass, old));
}

/** Says (again) what is current. */
export async function announce(announcement: ModelAnnouncement, writer: LogWriter, topic: string): Promise<void> {
  await writer.send([{ topic, key: announcement.deviceClass, value: encodeModelAnnouncement(announcement) }]);
}
