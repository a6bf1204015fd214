// The one sentence of a common-cause incident.
import type { FleetIncident } from '@tocsin/schemas';

const namedDevices = 3;

/** `31 of 400 pump shifted together since 14:02:10 UTC: look for one cause. pump-1, pump-2, pump-3 and 28 more.` */
export function fleetMessage({
  state,
  kind,
  deviceClass,
  devices,
  devicesOpen,
  of,
  startMs,
  endMs,
  members,
}: Omit<FleetIncident, 'message'>): string {
  const isOneDay = day(startMs) === day(endMs);
  const at = (ms: number) => (isOneDay ? time(ms) : `${day(ms)} ${time(ms)}`);
  const count = of > 0 ? `${devices} of ${Math.max(of, devices)} ${deviceClass}` : `${devices} ${deviceClass}`;
  const did = kind === 'silence' ? 'fell silent together' : 'shifted together';
  if (state === 'closed') return `${deviceClass}: over. ${count} ${did} from ${at(startMs)} to ${at(endMs)} UTC.`;
  const still = state === 'updated' ? `; ${devicesOpen} of them still` : '';
  const names = [...new Set(members.map(({ deviceId }) => deviceId))].slice(0, namedDevices);
  const others = devices - names.length;
  const more = others > 0 ? ` and ${others} more` : '';
  return `${count} ${did} since ${at(startMs)} UTC${still}: look for one cause. ${names.join(', ')}${more}.`;
}

function time(ms: number): string {
  return dateOf(ms).toISOString().slice(-13, -5);
}

function day(ms: number): string {
  return dateOf(ms).toISOString().slice(0, -14);
}

/** Times beyond what a date can hold come out as its limit. */
function dateOf(ms: number): Date {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, ms)));
}
