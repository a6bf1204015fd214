// Decides, between two slices, under which bundle each device of the next slice is scored. What is replayed is scored under the bundle
// named in the device's stored state; the current one, or the one that the device tries, is adopted where nobody can have been before.
import { noScores } from '@tocsin/decisions';
import { noChanges, type LogMessage, type ModelBundle, type Reading } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { adoptBundle } from './device-model.ts';
import type { Initialisations } from './initialisations.ts';
import type { Meter } from './meter.ts';
import type { Partition, TrackedDevice } from './partition.ts';
import { isRefused, watchAdoption } from './take-back.ts';

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

    /** What the device is to adopt: as the store says, where it has been further than this process, or tried what has been withdrawn. */
    async function wantedFor(device: TrackedDevice): Promise<ModelBundle | null> {
      const { wanted, newest } = knownFor(initialisations, device);
      if (hasAsked || device.state.modelVersion <= newest) return wanted;
      hasAsked = true;
      await initialisations.load();
      return knownFor(initialisations, device).wanted;
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
        // The one that it went back to is gone: better the one that it went back from than none.
        const refused = initialisations.current(deviceClass.name);
        if (refused !== null) return take(device, refused);
        meter.bundleGone(deviceClass.name);
        Object.assign(state, noScores, { modelVersion: 0 });
        return mark(device);
      }
      if (!isInStore) mark(device);
    }

    function take(device: TrackedDevice, bundle: ModelBundle): void {
      const { state, deviceClass, isInStore } = device;
      const isGone = missing.has(`${deviceClass.name} ${state.modelVersion}`);
      const before = { ...state };
      const isSwitch = !isInStore || state.modelVersion !== bundle.version;
      if (adoptBundle(device, bundle)) meter.adapted(deviceClass.name);
      if (before.modelVersion !== bundle.version) watchAdoption(device, before);
      if (isSwitch && isGone) meter.bundleGone(deviceClass.name);
      if (isSwitch) mark(device);
    }

    for (const device of devices) {
      await settle(device);
      await keepEarlier(initialisations, device);
    }
    return [...devices].filter(({ isDirty }) => isDirty).length;
  };
}

/** What the device is to adopt, as far as this process has heard, and the newest version that it might have adopted. */
function knownFor(
  initialisations: Pick<Initialisations, 'current' | 'triedBy'>,
  { deviceClass, state }: TrackedDevice,
): { wanted: ModelBundle | null; newest: number } {
  const tried = initialisations.triedBy(deviceClass.name, state.deviceId);
  const current = initialisations.current(deviceClass.name);
  const wanted = [tried, current].find((bundle) => bundle !== null && !isRefused(state, bundle)) ?? null;
  return { wanted, newest: Math.max(tried?.version ?? 0, current?.version ?? 0) };
}

/** A device that may go back while its windows are walked needs what it goes back to. */
async function keepEarlier(initialisations: Pick<Initialisations, 'version'>, device: TrackedDevice): Promise<void> {
  const { watched } = device.state.changes ?? noChanges;
  if (watched?.kind !== 'bundle') Object.assign(device, { earlier: null, underEarlier: null });
  else if (device.earlier?.version !== watched.from)
    device.earlier = await initialisations.version(device.deviceClass.name, watched.from);
}

function mark(device: TrackedDevice): void {
  device.state.revision += 1;
  device.isDirty = true;
  device.isInStore = true;
}
