// Device classes for recorded data: what a person would write into the configuration for it.
import type { DataSet, RecordedDevice } from './fleet.ts';

/** Plain input for `parseDeviceClass` of @tocsin/config; what is left out gets that package's defaults. */
export type ClassInput = {
  channels: readonly string[];
  rateHz: number;
  window: { samples: number; hop: number };
  features?: { bands: number; wavelet: boolean; envelope: boolean };
  supportWindows: number;
};

const vibrationHz = 100;
/** Vibration of more channels than this leaves out blocks, to keep the vector near 100 features. */
const fullChannels = 2;
/** Devices with fewer rows than this get shorter windows. */
const shortRows = 600;

/**
 * One class per name that the data set's devices carry. Vibration (100 Hz on): windows of 1,024 with hop 512, without wavelet and
 * envelope where there are more than two channels. Slow: windows of 32 with hop 4, or 16 with hop 2 where the median device has
 * under 600 rows. Support: as many windows as fit in the median adaptation part, 5 to 10.
 */
export function deviceClassesOf(dataSet: DataSet): Record<string, ClassInput> {
  const names = [...new Set(dataSet.devices.map((device) => device.deviceClass))];
  return Object.fromEntries(
    names.map((name) => [name, classOf(dataSet.devices.filter((device) => device.deviceClass === name))]),
  );
}

function classOf(devices: readonly RecordedDevice[]): ClassInput {
  const { channels, rateHz } = devices[0];
  const window = windowOf(rateHz, median(devices.map((device) => device.rows)));
  const trainWindows = Math.floor((median(devices.map((device) => device.trainRows)) - window.samples) / window.hop) + 1;
  const isWide = rateHz >= vibrationHz && channels.length > fullChannels;
  const features = isWide ? { features: { bands: 12, wavelet: false, envelope: false } } : {};
  return { channels, rateHz, window, ...features, supportWindows: Math.min(Math.max(trainWindows, 5), 10) };
}

function windowOf(rateHz: number, rows: number): ClassInput['window'] {
  if (rateHz >= vibrationHz) return { samples: 1024, hop: 512 };
  return rows < shortRows ? { samples: 16, hop: 2 } : { samples: 32, hop: 4 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
