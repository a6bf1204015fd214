import { expect, test } from 'vitest';
import type { FleetIncident } from '../fleet-incident.ts';
import { decodeFleetIncident, encodeFleetIncident, fleetIncidentCodec } from './fleet-incident.ts';

const incident: FleetIncident = {
  incidentId: 'i',
  revision: 2,
  state: 'updated',
  deviceClass: 'pump',
  kind: 'silence',
  severity: 'critical',
  startMs: 0.5,
  endMs: 9,
  devices: 2,
  devicesOpen: 1,
  of: 3,
  members: [{ deviceId: 'd', alertId: 'a', startMs: 0.5, isOpen: true, wasTold: false }],
  message: 'm',
};

test('an incident comes back as it went; until when others joined is written where not all are listed', () => {
  const large = { ...incident, joinedUntilMs: 7.25 };
  expect(decodeFleetIncident(encodeFleetIncident(incident))).toEqual(incident);
  expect(decodeFleetIncident(encodeFleetIncident(large))).toEqual(large);
  expect([incident, large].map(encodeFleetIncident).map(fleetIncidentCodec.recognises)).toEqual([true, true]);
  expect(fleetIncidentCodec.recognises(new Uint8Array(3))).toBe(false);
});

test('one that lists all of its members is written as before there were larger ones, byte for byte', () => {
  const before = 'wwEEor6VZ+A4GwJpBAIIcHVtcAICAAAAAAAA4D8AAAAAAAAiQAQCBgICZAJhAAAAAAAA4D8BAAACbQ==';
  expect(Buffer.from(encodeFleetIncident(incident)).toString('base64')).toBe(before);
  expect(decodeFleetIncident(Buffer.from(before, 'base64'))).toEqual(incident);
});
