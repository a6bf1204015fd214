// One page of the fleet, as somebody asked for it.
import type { DeviceClass } from '@tocsin/schemas';
import type { DeviceStanding, FleetPage, FleetQuery } from '../api/fleet-api.ts';
import { deviceStates } from '../api/words.ts';
import { rowOf, standingOf, type DeviceView } from './device-view.ts';
import type { FleetView } from './fleet-view.ts';

type Found = { device: DeviceView; state: DeviceStanding };

type Sorted = { atMs: number; found: Found[]; byState: Record<string, number>; byClass: Record<string, number> };

/** What was sorted for one page serves the next ones of the same wish, and other people's, for so long; milliseconds. */
const freshMs = 500;
const keptMax = 20;

export type FleetQueries = (query: FleetQuery) => FleetPage;

/** 20,000 devices take some tens of milliseconds to filter and sort, so that is done twice a second at most for one wish. */
export function createFleetQueries(fleet: FleetView, classes: ReadonlyMap<string, DeviceClass>, now: () => number): FleetQueries {
  const kept = new Map<string, Sorted>();
  return (query) => {
    const { offset, limit, ...wish } = query;
    const key = JSON.stringify(wish);
    const known = kept.get(key);
    const isFresh = known !== undefined && now() - known.atMs < freshMs;
    const sorted = isFresh ? known : { atMs: now(), ...sortFleet(fleet, classes, query) };
    kept.set(key, sorted);
    const [oldest] = kept.keys();
    if (kept.size > keptMax) kept.delete(oldest);
    const logTimeMs = fleet.logTimeMs();
    return {
      total: fleet.devices.size,
      matched: sorted.found.length,
      offset,
      rows: sorted.found
        .slice(offset, offset + limit)
        .map(({ device }) => rowOf(device, classes.get(device.deviceClass), logTimeMs)),
      byState: sorted.byState,
      byClass: sorted.byClass,
      logTimeMs: Number.isFinite(logTimeMs) ? logTimeMs : null,
      nowMs: now(),
    };
  };
}

function sortFleet(fleet: FleetView, classes: ReadonlyMap<string, DeviceClass>, query: FleetQuery): Omit<Sorted, 'atMs'> {
  const logTimeMs = fleet.logTimeMs();
  const text = query.q.toLowerCase();
  const byState: Record<string, number> = Object.fromEntries(deviceStates.map((state) => [state, 0]));
  const byClass: Record<string, number> = {};
  const found: Found[] = [];
  for (const name of fleet.names()) {
    const device = fleet.devices.get(name)!;
    byClass[device.deviceClass] = (byClass[device.deviceClass] ?? 0) + 1;
    if (query.class !== undefined && device.deviceClass !== query.class) continue;
    if (text !== '' && !name.toLowerCase().includes(text) && !device.deviceClass.toLowerCase().includes(text)) continue;
    const state = standingOf(device, classes.get(device.deviceClass), logTimeMs);
    byState[state] += 1;
    if (query.state === undefined || query.state === state) found.push({ device, state });
  }
  sortFound(found, query);
  return { found, byState, byClass };
}

/** Devices with the same figure stay from A to Z, whichever way round. */
function sortFound(found: Found[], { sort, order }: FleetQuery): void {
  if (sort !== 'device') {
    const keyed = found.map((one): [Found, number | string] => [one, keyOf(one, sort)]);
    keyed.sort(([, one], [, two]) => (one < two ? -1 : one > two ? 1 : 0) * (order === 'reverse' ? -1 : 1));
    for (const [i, [one]] of keyed.entries()) found[i] = one;
  } else if (order === 'reverse') found.reverse();
}

/** What a device is sorted by; smaller comes first. */
function keyOf({ device, state }: Found, sort: FleetQuery['sort']): number | string {
  const { latest, seenMs, deviceClass } = device;
  const margin = marginOf(device);
  switch (sort) {
    case 'urgency': {
      const isCritical = device.open.size > 0 && [...device.open.values()].some(({ severity }) => severity === 'critical');
      // Margins lie far within a thousand: the state comes first, then how bad, then by how much.
      return deviceStates.indexOf(state) * 10_000 - (isCritical ? 5000 : 0) - Math.max(-1000, Math.min(1000, margin));
    }
    case 'class':
      return deviceClass;
    case 'margin':
      return -margin;
    case 'support':
      return -(latest?.supportWindows ?? 0);
    case 'model':
      return -(latest?.modelVersion ?? 0);
    case 'seen':
      return -seenMs;
    default:
      return 0;
  }
}

function marginOf({ latest }: DeviceView): number {
  return latest?.score == null || latest.threshold === null ? -1000 : latest.score - latest.threshold;
}
