// What people are told while the demo runs: a line for each of the first alerts of a class, and for every incident.
import type { Alert, FleetIncident } from '@tocsin/schemas';
import type { Screen } from '../terminal/screen.ts';

/** An alert by itself, or many as one incident. */
export type Notice = { about: 'alert'; alert: Alert } | { about: 'incident'; incident: FleetIncident };

export type NoticeTeller = {
  /** An alert is on its way to people. */
  raised(alert: Alert): void;
  told(notice: Notice): void;
  /** Is nothing on its way any more: was every alert told by itself or as part of an incident? */
  isAllTold(): boolean;
};

/** Alerts of a class that are shown one by one; a fleet of engines that all wear out would fill the screen. */
const alertsTold = 6;

export function createNoticeTeller(screen: Screen, clock: () => string): NoticeTeller {
  const toldOf = new Map<string, number>();
  const [raised, told] = [new Set<string>(), new Set<string>()];
  const tell = (colour: 'red' | 'yellow', what: string, message: string) =>
    screen.event(`${clock()}  ${screen.colour(colour, what.padEnd(8))}  ${message}`);

  function tellAlert({ deviceClass, severity, message }: Alert): void {
    const count = (toldOf.get(deviceClass) ?? 0) + 1;
    toldOf.set(deviceClass, count);
    if (count === alertsTold + 1) screen.event(`${clock()}  further alerts of ${deviceClass} are counted below`);
    if (count <= alertsTold) tell(severity === 'critical' ? 'red' : 'yellow', severity, message);
  }

  function tellIncident({ state, members, message }: FleetIncident): void {
    for (const { alertId } of members) told.add(alertId);
    if (state === 'opened') tell('red', 'incident', message);
  }

  return {
    raised: ({ alertId }) => void raised.add(alertId),
    told(notice) {
      if (notice.about === 'incident') return tellIncident(notice.incident);
      told.add(notice.alert.alertId);
      if (notice.alert.state === 'opened') tellAlert(notice.alert);
    },
    isAllTold: () => [...raised].every((alertId) => told.has(alertId)),
  };
}
