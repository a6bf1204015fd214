// Cross-fitting over devices: every device is judged by an initialisation that was learned without it.
import { anomalyKinds, type AnomalyKind } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';

export type Fold = {
  /** Devices to learn from. */
  fleet: readonly TeachingDevice[];
  /** Devices to judge on. */
  heldOut: readonly TeachingDevice[];
  /** Kind of pseudo-anomaly that this fold does not learn from and is judged on. */
  kind: AnomalyKind;
};

/** Share of a single device's windows that it is fitted on; it is judged on the later ones. */
const earlierShare = 0.6;

/** Folds that hold out about this share of the devices each: at least two, at most one per device. */
export function foldCount(devices: number, heldOutShare: number): number {
  return Math.min(devices, Math.max(2, Math.round(1 / heldOutShare)));
}

/**
 * Every device is held out by one fold; those with known anomalies are spread evenly. A single device is one fold, its earlier
 * windows against its later ones.
 */
export function foldsOf(devices: readonly TeachingDevice[], count: number): Fold[] {
  if (devices.length === 1) {
    const [{ normals, restarts = [] }] = devices;
    const cut = Math.ceil(earlierShare * normals.length);
    const part = (from: number, to: number): TeachingDevice[] => [
      { ...devices[0], normals: normals.slice(from, to), restarts: restarts.map((at) => at - from).filter((at) => at > 0) },
    ];
    return [{ fleet: part(0, cut), heldOut: part(cut, normals.length), kind: 'block' }];
  }
  const dealt = [...devices.filter(isLabelled), ...devices.filter((device) => !isLabelled(device))];
  const places = new Map(dealt.map(({ deviceId }, at) => [deviceId, at % count]));
  return Array.from({ length: count }, (_, fold) => ({
    fleet: devices.filter(({ deviceId }) => places.get(deviceId) !== fold),
    heldOut: devices.filter(({ deviceId }) => places.get(deviceId) === fold),
    kind: anomalyKinds[fold % anomalyKinds.length],
  }));
}

/** True where a real anomaly of the device is known. */
export function isLabelled({ anomalies }: TeachingDevice): boolean {
  return anomalies.length > 0;
}
