// Labels as they were read, until the devices they are about come by. Bounded; what is in effect lives in the device's state.
import { isDeviceId, labelVerdicts, type Label } from '@tocsin/schemas';

export type LabelBook = {
  /** Grows with every label. */
  revision(): number;
  add(label: Label): void;
  labelsOf(deviceId: string): readonly Label[];
  /** Devices with labels. */
  devices(): number;
};

/** Far more than take effect: a device's state remembers a dozen verdicts. */
const labelsPerDevice = 32;
const devicesMax = 20_000;

/** Keeps the newest labels of each device, and those of the devices that were spoken of last. */
export function createLabelBook(): LabelBook {
  const byDevice = new Map<string, readonly Label[]>();
  let revision = 0;
  return {
    revision: () => revision,
    add(label) {
      const known = (byDevice.get(label.deviceId) ?? []).filter(({ labelId }) => labelId !== label.labelId);
      const labels = [...known, label].toSorted((one, two) => one.atMs - two.atMs).slice(-labelsPerDevice);
      byDevice.delete(label.deviceId);
      byDevice.set(label.deviceId, labels);
      const [oldest] = byDevice.keys();
      if (byDevice.size > devicesMax && oldest !== undefined) byDevice.delete(oldest);
      revision++;
    },
    labelsOf: (deviceId) => byDevice.get(deviceId) ?? [],
    devices: () => byDevice.size,
  };
}

/** True for a label that can be put into effect; the verdict travels as text. */
export function isUsableLabel({ verdict, atMs, deviceId, subjectId }: Label): boolean {
  return labelVerdicts.includes(verdict) && Number.isFinite(atMs) && isDeviceId(deviceId) && subjectId !== '';
}
