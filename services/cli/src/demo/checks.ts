// What the demo promises, and whether it happened. Pure.
import type { FleetIncident } from '@tocsin/schemas';
import type { InitialisationReport } from './report.ts';
import type { DeviceOutcome } from './scoreboard.ts';

/** One thing that the demo promises, and whether it happened. */
export type Check = { name: string; passed: boolean; found: string };

/** What the demo must have shown; alerts are asked for only where something was wrong while it was being watched. */
export function checksOf(
  devices: readonly DeviceOutcome[],
  initialisations: readonly InitialisationReport[],
  classes: readonly string[],
  incidents: readonly FleetIncident[],
): Check[] {
  const first = classes.filter((name) =>
    initialisations.some(({ deviceClass, version }) => deviceClass === name && version === 1),
  );
  const adopted = initialisations.filter(({ version, adoptedAtS }) => version > 1 && adoptedAtS !== null);
  const taught = devices.filter(({ deviceClass }) => classes.includes(deviceClass));
  const ready = taught.filter(({ windowsUntilReady }) => windowsUntilReady !== null);
  const detected = sum(devices.map((device) => device.detected));
  const detectable = sum(devices.map((device) => device.detectable));
  const simulated = devices.filter(({ origin }) => origin === 'simulated');
  const simulatedHits = sum(simulated.map((device) => device.detected));
  const simulatedFaults = sum(simulated.map((device) => device.detectable));
  return [
    {
      name: 'every class with enough machines got an initialisation',
      passed: first.length === classes.length,
      found: `${first.length} of ${classes.length}`,
    },
    {
      name: 'every device got a model of its own',
      passed: ready.length === taught.length,
      found: `${ready.length} of ${taught.length}`,
    },
    {
      name: 'a further meta-update was adopted by the running scorer',
      passed: adopted.length > 0,
      found: String(adopted.length),
    },
    { name: 'known faults raised alerts', passed: detectable === 0 || detected > 0, found: counted(detected, detectable) },
    {
      name: 'injected faults of simulated machines raised alerts',
      passed: simulatedFaults === 0 || simulatedHits > 0,
      found: counted(simulatedHits, simulatedFaults),
    },
    ...sharedChecks(devices, incidents),
  ];
}

/** A cause that many machines of a class had in common is one incident, of most of them at least; nothing where there was none. */
function sharedChecks(devices: readonly DeviceOutcome[], incidents: readonly FleetIncident[]): Check[] {
  const reached = devices.filter(({ shared }) => shared.length > 0);
  if (reached.length === 0) return [];
  const told = incidents.filter((incident) => reached.some(({ deviceClass }) => deviceClass === incident.deviceClass));
  const members = reached.filter(({ inIncident }) => inIncident).length;
  return [
    {
      name: 'what reached many machines at once was told as one incident',
      passed: told.length === 1 && 2 * members > reached.length,
      found: `${told.length}, of ${members} of the ${reached.length} machines`,
    },
  ];
}

function counted(count: number, of: number): string {
  return of === 0 ? 'none fell into the time in which its machine was watched' : `${count} of ${of}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
