// Decides, between two slices, under which bundle each device of the next slice is scored. What is replayed is scored under the bundle
// named in the device's stored state; the current one, or the one that the device tries, is adopted where nobody can have been before.
import { noScores } from '@tocsin/decisions';
import type { LogMessage, ModelBundle, Reading } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { adoptBundle } from './device-model.ts';
import type { Initialisations } from './initialisations.ts';
import type { Meter } from './meter.ts';
import type { Partition, TrackedDevice } from './partition.ts';

/**
 * `next` is the first record of the slice, `readings` are those of its loaded devices. Returns how many devices must be stored before
 * anything of theirs is sent. Rejects when the store cannot be reached; may then be called again.
 */
export type SettleBundles = (partition: Partition, next: LogRecord, readings: readonly Reading[]) => Promise<number>;

/** Only devices of the slice are settled: the others keep their bundle until they send again, so a promotion is spread over time. */
export function createSettleBundles(
  initialisations: Pick<Initialisations, 'current' | 'triedBy' | 'version' | 'load'>,
  meter: Pick<Meter, 'adapted' | 'bundleGone'>,
  note: LogMessage,
): SettleBundles {
  return async (partition, next, readings) => {
    const devices = new Set(readings.map(({ deviceId }) => partition.devices.get(deviceId)!));
    const isReplayed = next.offset < partition.freshFrom;
    const missing = new Set<string>();
    let hasAsked = false;

    const knownFor = ({ deviceClass, state }: TrackedDevice): ModelBundle | null =>
      initialisations.triedBy(deviceClass.name, state.deviceId) ?? initialisations.current(deviceClass.name);

    /** What the device is to adopt: as the store says, where it has been further than this process, or tried what has been withdrawn. */
    async function wantedFor(device: TrackedDevice): Promise<ModelBundle | null> {
      const known = knownFor(device);
      if (hasAsked || device.state.modelVersion <= (known?.version ?? 0)) return known;
      hasAsked = true;
      await initialisations.load();
      return knownFor(device);
    }

    async function storedFor({ deviceClass, state }: TrackedDevice): Promise<ModelBundle | null> {
      const name = `${deviceClass.name} ${state.modelVersion}`;
      if (missing.has(name)) return null;
      const bundle = await initialisations.version(deviceClass.name, state.modelVersion);
      if (bundle === null) {
        missing.add(name);
        note('warn', 'a bundle that devices were scored under is not in the store any more; they take the current one', {
          deviceClass: deviceClass.name,
          version: state.modelVersion,
        });
      }
      return bundle;
    }

    async function settle(device: TrackedDevice): Promise<void> {
      const { state, deviceClass, bundle, isInStore } = device;
      if (isInStore && isReplayed) {
        if (bundle !== null || state.modelVersion === 0) return;
        const named = await storedFor(device);
        if (named !== null) return take(device, named);
      }
      const wanted = await wantedFor(device);
      if (wanted !== null) return take(device, wanted);
      if (state.modelVersion > 0 && bundle === null) {
        const named = await storedFor(device);
        if (named !== null) return take(device, named);
        meter.bundleGone(deviceClass.name);
        Object.assign(state, noScores, { modelVersion: 0 });
        return mark(device);
      }
      if (!isInStore) mark(device);
    }

    function take(device: TrackedDevice, bundle: ModelBundle): void {
      const { state, deviceClass, isInStore } = device;
      const isGone = missing.has(`${deviceClass.name} ${state.modelVersion}`);
      const isSwitch = !isInStore || state.modelVersion !== bundle.version;
      if (adoptBundle(device, bundle)) meter.adapted(deviceClass.name);
      if (isSwitch && isGone) meter.bundleGone(deviceClass.name);
      if (isSwitch) mark(device);
    }

    for (const device of devices) await settle(device);
    return [...devices].filter(({ isDirty }) => isDirty).length;
  };
}

function mark(device: TrackedDevice): void {
  device.state.revision += 1;
  device.isDirty = true;
  device.isInStore = true;
}
