// One page of the fleet, as somebody asked for it. Pure.
import type { DeviceClass } from '@tocsin/schemas';
import type { DeviceStanding, FleetPage, FleetQuery } from '../api/fleet-api.ts';
import { deviceStates } from '../api/words.ts';
import { rowOf, standingOf, type DeviceView } from './device-view.ts';
import type { FleetView } from './fleet-view.ts';

type Found = { device: DeviceView; state: DeviceStanding };

/** Filters, counts and sorts all devices, and makes rows of those asked for: 20,000 devices take some ten milliseconds. */
export function queryFleet(fleet: FleetView, classes: ReadonlyMap<string, DeviceClass>, query: FleetQuery): FleetPage {
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
  const rows = found
    .slice(query.offset, query.offset + query.limit)
    .map(({ device }) => rowOf(device, classes.get(device.deviceClass), logTimeMs));
  return {
    total: fleet.devices.size,
    matched: found.length,
    offset: query.offset,
    rows,
    byState,
    byClass,
    logTimeMs: Number.isFinite(logTimeMs) ? logTimeMs : null,
  };
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
      const isCritical = [...device.open.values()].some(({ severity }) => severity === 'critical');
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
