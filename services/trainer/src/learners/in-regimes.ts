// Learning where a class has operating regimes: they are found first, everything else is learned on windows as they map them. Whatever
// comes out then takes raw windows again, and knows no less than it would without regimes.
import { fitRegimes, mapRows, mapWindow, type LabelledFleet } from '@tocsin/models';
import type { FeatureSpec, Initialisation, Regimes } from '@tocsin/schemas';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { joinedWindows, teachingFleet } from './labelled-fleet.ts';

/** `take` puts the regimes that `fleet` was mapped by in front of what was learned from it. */
export type InRegimes<Fleet> = { fleet: Fleet; take(learned: Initialisation): Initialisation };

/** Devices that teach; the fleet as it is where its class has no context or shows no regimes. `previous`: the table in use. */
export function devicesInRegimes(
  devices: readonly TeachingDevice[],
  { context = [], elements }: FeatureSpec,
  previous?: Regimes,
): InRegimes<readonly TeachingDevice[]> {
  const regimes = regimesOf(devices, context, elements.length, previous);
  if (regimes === undefined) return asItIs(devices);
  const mapped = (windows: readonly Float32Array[]): Float32Array[] =>
    windows.map((features) => mapWindow(regimes, features, new Float32Array(features.length)));
  const fleet = devices.map(({ deviceId, normals, anomalies }) => ({
    deviceId,
    normals: mapped(normals),
    anomalies: mapped(anomalies),
  }));
  return { fleet, take: (learned) => ({ ...learned, regimes }) };
}

/** The same for a labelled fleet. */
export function fleetInRegimes(fleet: LabelledFleet): InRegimes<LabelledFleet> {
  const { context = [], elements } = fleet.spec;
  const d = elements.length;
  const regimes = context.length === 0 ? undefined : regimesOf(teachingFleet(fleet, false), context, d);
  if (regimes === undefined) return asItIs(fleet);
  const devices = fleet.devices.map((device) => ({ ...device, windows: mapRows(regimes, device.windows) }));
  return { fleet: { ...fleet, devices }, take: (learned) => ({ ...learned, regimes }) };
}

function asItIs<Fleet>(fleet: Fleet): InRegimes<Fleet> {
  return { fleet, take: (learned) => learned };
}

function regimesOf(
  devices: readonly TeachingDevice[],
  context: readonly number[],
  d: number,
  previous?: Regimes,
): Regimes | undefined {
  if (context.length === 0) return undefined;
  const fleet = devices.map(({ deviceId, normals }) => ({ deviceId, windows: joinedWindows(normals, d), n: normals.length }));
  return fitRegimes(fleet, d, context, previous);
}
