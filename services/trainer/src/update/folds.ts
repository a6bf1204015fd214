// Cross-fitting over devices: every device is judged by an initialisation that was learned without it.
import { anomalyKinds, type AnomalyKind } from '../episodes/pseudo-anomaly.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';

export type Fold = {
  /** Devices to learn from. */
  fleet: readonly TeachingDevice[];
  /** Devices to judge on. */
  heldOut: readonly TeachingDevice[];
  /** Kind of pseudo-anomaly that is kept from the head of this fold and judged on. */
  kind: AnomalyKind;
};

/** Which fold holds a device out, by device id. */
export type Places = Readonly<Record<string, number>>;

/** Share of a single device's windows that it is fitted on; it is judged on the later ones. */
const earlierShare = 0.6;

/** Folds that hold out about this share of the devices each: at least two, at most one per device. */
export function foldCount(devices: number, heldOutShare: number): number {
  return Math.min(devices, Math.max(2, Math.round(1 / heldOutShare)));
}

/** Places for all devices: known ones keep theirs, each new one goes where the fewest are. */
export function placesOf(devices: readonly TeachingDevice[], count: number, known: Places): Places {
  const places: Record<string, number> = { ...known };
  const sizes = Array.from({ length: count }, (_, fold) => devices.filter(({ deviceId }) => known[deviceId] === fold).length);
  for (const { deviceId } of devices) {
    if (places[deviceId] !== undefined) continue;
    const smallest = sizes.indexOf(Math.min(...sizes));
    places[deviceId] = smallest;
    sizes[smallest] += 1;
  }
  return places;
}

/** Every device is held out by one fold. A single device is one fold, its earlier windows against its later ones. */
export function foldsOf(devices: readonly TeachingDevice[], count: number, places: Places): Fold[] {
  if (devices.length === 1) {
    const [{ normals }] = devices;
    const cut = Math.ceil(earlierShare * normals.length);
    const part = (from: number, to: number): TeachingDevice[] => [{ ...devices[0], normals: normals.slice(from, to) }];
    return [{ fleet: part(0, cut), heldOut: part(cut, normals.length), kind: 'block' }];
  }
  return Array.from({ length: count }, (_, fold) => ({
    fleet: devices.filter(({ deviceId }) => places[deviceId] !== fold),
    heldOut: devices.filter(({ deviceId }) => places[deviceId] === fold),
    kind: anomalyKinds[fold % anomalyKinds.length],
  }));
}
