// The topic of announcements keeps the newest of every class; the store has a few bundles more, each with the figures of its gate.
import { bundleKey, type LogMessage } from '@tocsin/schemas';
import type { WorldView } from '../view/world-view.ts';
import type { DeviceDesk } from './device-desk.ts';

const versionsBack = 5;

/**
 * Told of an announcement, looks once for the versions before the newest of its class; what is not there, or cannot be read, is left out.
 * Never rejects.
 */
export function createEarlierModels(
  devices: Pick<DeviceDesk, 'bundle'>,
  models: () => WorldView['models'],
  note: LogMessage,
): (deviceClass: string) => Promise<void> {
  const looked = new Set<string>();
  return async (deviceClass) => {
    if (looked.has(deviceClass)) return;
    looked.add(deviceClass);
    const [newest = 0] = models().versions(deviceClass);
    for (let version = newest - 1; version > 0 && version >= newest - versionsBack; version--) {
      try {
        const bundle = await devices.bundle(deviceClass, version);
        if (bundle === null) continue;
        const { createdAtMs, metrics, spec } = bundle;
        const location = bundleKey(deviceClass, version);
        models().earlier({ deviceClass, version, location, checksum: '', specHash: spec.hash, createdAtMs, metrics });
      } catch (error) {
        note('warn', 'an earlier initialisation cannot be read', { deviceClass, version, error: String(error) });
      }
    }
  };
}
