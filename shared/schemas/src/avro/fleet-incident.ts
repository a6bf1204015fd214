// Avro form of `tocsin.incidents`.
import type avro from 'avsc';
import type { FleetIncident } from '../fleet-incident.ts';
import { recordCodec, type Fields, type RecordCodec } from './single-object.ts';

const fields: Fields = [
  { name: 'incidentId', type: 'string' },
  { name: 'revision', type: 'int' },
  { name: 'state', type: { type: 'enum', name: 'IncidentState', symbols: ['opened', 'updated', 'closed'] } },
  { name: 'deviceClass', type: 'string' },
  { name: 'kind', type: { type: 'enum', name: 'IncidentKind', symbols: ['shift', 'silence'] } },
  { name: 'severity', type: { type: 'enum', name: 'IncidentSeverity', symbols: ['warning', 'critical'] } },
  { name: 'startMs', type: 'double' },
  { name: 'endMs', type: 'double' },
  { name: 'devices', type: 'int' },
  { name: 'devicesOpen', type: 'int' },
  { name: 'of', type: 'int' },
  {
    name: 'members',
    type: {
      type: 'array',
      items: {
        type: 'record',
        name: 'IncidentMember',
        fields: [
          { name: 'deviceId', type: 'string' },
          { name: 'alertId', type: 'string' },
          { name: 'startMs', type: 'double' },
          { name: 'isOpen', type: 'boolean' },
          { name: 'wasTold', type: 'boolean' },
        ],
      },
    },
  },
  { name: 'message', type: 'string' },
];
const joinedUntil = { name: 'joinedUntilMs', type: ['null', 'double'], default: null };

const record = (more: Fields): avro.Schema => ({
  type: 'record',
  name: 'FleetIncident',
  namespace: 'tocsin',
  fields: [...fields, ...more],
});

type Stored = Omit<FleetIncident, 'joinedUntilMs'> & { joinedUntilMs: number | null };

const listed = recordCodec<FleetIncident, FleetIncident>(
  record([]),
  (incident) => incident,
  (stored) => stored,
);
const large = recordCodec<FleetIncident, Stored>(
  record([joinedUntil]),
  (incident) => ({ ...incident, joinedUntilMs: incident.joinedUntilMs ?? null }),
  ({ joinedUntilMs, members, ...rest }) => ({
    ...rest,
    ...(joinedUntilMs === null ? {} : { joinedUntilMs }),
    members: members.map((member) => ({ ...member })),
  }),
  [record([])],
);

/**
 * Codec of common-cause incidents; `recognises` tells them from alerts where both lie in one topic. One that lists all of its members
 * is written as it always was, so that readers of before read it, too.
 */
export const fleetIncidentCodec: RecordCodec<FleetIncident> = {
  ...large,
  encode: (incident) => (incident.joinedUntilMs === undefined ? listed : large).encode(incident),
  recognises: (bytes) => listed.recognises(bytes) || large.recognises(bytes),
};

export const encodeFleetIncident = fleetIncidentCodec.encode;
export const decodeFleetIncident = fleetIncidentCodec.decode;
