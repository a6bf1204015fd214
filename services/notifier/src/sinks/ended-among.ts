// Has an alert ended, whoever was to say so? Scorers have what is open in the states of devices, the notifier in that of the class. Where
// they know nothing, nobody knows.
import { guardAlertId } from '@tocsin/decisions';
import { decodeDeviceState } from '@tocsin/models';
import { deviceStateKey, guardKinds, noticesKey } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { decodeDesk } from '../grouping/desk-codec.ts';
import type { OpenAlert } from './postable-alert.ts';

/** Values that are asked for at once. */
const perRequest = 100;

/** The ids of those that are not open any more. Rejects where the store cannot be reached. */
export async function endedAmong(state: StateStore, said: readonly (readonly [string, OpenAlert])[]): Promise<string[]> {
  const ended: string[] = [];
  for (let i = 0; i < said.length; i += perRequest) {
    const some = said.slice(i, i + perRequest);
    const values = await state.getMany(some.map(([, alert]) => keyOf(alert)));
    values.forEach((value, at) => {
      const [id, alert] = some[at];
      if (value !== null && openIn(value, alert)?.includes(id) === false) ended.push(id);
    });
  }
  return ended;
}

function keyOf({ labels }: OpenAlert): string {
  return labels['incident'] === undefined ? deviceStateKey(labels['device']) : noticesKey(labels['device_class']);
}

/** Ids of what is open; null where that cannot be read. */
function openIn(value: Uint8Array, { labels }: OpenAlert): string[] | null {
  try {
    return labels['incident'] === undefined ? alertsOpenIn(value) : incidentsOpenIn(value);
  } catch {
    // Of another release: whoever writes it says so.
    return null;
  }
}

function alertsOpenIn(value: Uint8Array): string[] {
  const { deviceId, incident, guards } = decodeDeviceState(value);
  const ofGuards = guardKinds.flatMap((guard) => {
    const open = guards.lives[guard]?.open ?? null;
    return open === null ? [] : [guardAlertId(guard, deviceId, open.startMs)];
  });
  return incident.open === null ? ofGuards : [incident.open.alertId, ...ofGuards];
}

function incidentsOpenIn(value: Uint8Array): string[] {
  const { incidents } = decodeDesk(value, 'what is known of the class').groups;
  return incidents.flatMap(({ incidentId, closedMs }) => (closedMs === null ? [incidentId] : []));
}
