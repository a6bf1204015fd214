// For tests: a fleet of made-up feature vectors. Devices differ in their means, features move together within a device.
import type { FeatureSpec } from '@tocsin/schemas';
import type { DeviceHistory } from './episodes/teaching-device.ts';
import { normal, seededRandom } from './random.ts';

export function syntheticSpec(d: number, kind: FeatureSpec['kind'] = 'vibration'): FeatureSpec {
  const channels = kind === 'slow' ? Array.from({ length: d / 4 }, (_, i) => `c${i}`) : ['a'];
  const elements = Array.from({ length: d }, (_, j) => {
    const channel = kind === 'slow' ? channels[Math.floor(j / 4)] : 'a';
    return { name: `${channel}.f${j}`, channel, block: 'time', unit: 'ln' as const };
  });
  return {
    version: 1,
    kind,
    channels,
    rateHz: 1000,
    windowSamples: 1024,
    bands: 0,
    wavelet: false,
    envelope: false,
    elements,
    hash: `synthetic-${d}`,
  };
}

/**
 * `devices` histories of `windows` windows each, d features, one window a second from time 0. The loading of the common
 * factor belongs to the class and is the same for every seed; devices and windows are drawn from `seed`.
 */
export function syntheticFleet(devices: number, windows: number, d: number, seed = 1): DeviceHistory[] {
  const ofClass = seededRandom(99);
  const loading = Array.from({ length: d }, () => normal(ofClass));
  const random = seededRandom(seed);
  return Array.from({ length: devices }, (_, device) => {
    const deviceId = `device-${seed}-${device}`;
    const own = Array.from({ length: d }, () => 2 * normal(random));
    return {
      deviceId,
      windows: Array.from({ length: windows }, (_, at) => {
        const factor = normal(random);
        const features = Float32Array.from(own, (mean, j) => 10 + mean + loading[j] * factor + 0.5 * normal(random));
        return {
          windowId: `${deviceId}-${at}`,
          startMs: at * 1000,
          endMs: at * 1000 + 1000,
          features,
          inRun: false,
          verdict: null,
        };
      }),
    };
  });
}
