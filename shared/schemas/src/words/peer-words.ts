// The peers of a device in words: how many had an alert about when it had one.
import type { Peers } from '../alert.ts';
import type { IncidentKind } from '../fleet-incident.ts';

/** That none of fewer shifted says nothing. */
const fleetFrom = 3;

const verbs: Record<IncidentKind, string> = { shift: 'shifted', silence: 'fell silent' };

/** `3 of 41 peers shifted too`, `none of its 41 peers shifted`; null where there is nothing to say. */
export function peerWords({ shifted, of }: Peers, kind: IncidentKind): string | null {
  if (shifted === 0) return of < fleetFrom ? null : `none of its ${of} peers ${verbs[kind]}`;
  const count = of < shifted ? String(shifted) : `${shifted} of ${of}`;
  return `${count} ${shifted === 1 && of <= 1 ? 'peer' : 'peers'} ${verbs[kind]} too`;
}

/** A sentence of an alert with what is to be said of its peers. */
export function withPeers(message: string, words: string | null): string {
  if (words === null) return message;
  if (message.endsWith('.')) return `${message.slice(0, -1)}; ${words}.`;
  return `${message} ${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
