// Avro form of `tocsin.incidents`.
import type { FleetIncident } from '../fleet-incident.ts';
import { recordCodec } from './single-object.ts';

/** Codec of common-cause incidents; `recognises` tells them from alerts where both lie in one topic. */
export const fleetIncidentCodec = recordCodec<FleetIncident, FleetIncident>(
  {
    type: 'record',
    name: 'FleetIncident',
    namespace: 'tocsin',
    fields: [
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
    ],
  },
  (incident) => incident,
  (stored) => ({ ...stored, members: stored.members.map((member) => ({ ...member })) }),
);

export const encodeFleetIncident = fleetIncidentCodec.encode;
export const decodeFleetIncident = fleetIncidentCodec.decode;
