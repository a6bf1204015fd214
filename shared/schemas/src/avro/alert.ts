// Avro forms of `tocsin.alerts` and `tocsin.labels`.
import type avro from 'avsc';
import type { Alert, GuardKind, Label, Peers } from '../alert.ts';
import type { Confidence } from '../window.ts';
import { recordCodec, type Fields, type RecordCodec } from './single-object.ts';

const same = <T extends object>(value: T): T => ({ ...value });

const fields: Fields = [
  { name: 'alertId', type: 'string' },
  { name: 'revision', type: 'int' },
  { name: 'state', type: { type: 'enum', name: 'AlertState', symbols: ['opened', 'updated', 'closed'] } },
  { name: 'deviceId', type: 'string' },
  { name: 'deviceClass', type: 'string' },
  { name: 'severity', type: { type: 'enum', name: 'Severity', symbols: ['warning', 'critical'] } },
  { name: 'startMs', type: 'double' },
  { name: 'endMs', type: 'double' },
  { name: 'score', type: 'double' },
  { name: 'threshold', type: 'double' },
  { name: 'pValue', type: 'double' },
  { name: 'windows', type: 'int' },
  {
    name: 'contributions',
    type: {
      type: 'array',
      items: {
        type: 'record',
        name: 'Contribution',
        fields: [
          { name: 'feature', type: 'string' },
          { name: 'channel', type: 'string' },
          { name: 'share', type: 'double' },
          { name: 'actual', type: 'double' },
          { name: 'expected', type: 'double' },
          { name: 'deviation', type: 'double' },
        ],
      },
    },
  },
  { name: 'modelVersion', type: 'int' },
  { name: 'supportWindows', type: 'int' },
  { name: 'message', type: 'string' },
  { name: 'guard', type: ['null', 'string'], default: null, doc: 'the guard that raised it; null for the model' },
];

const record = (more: Fields): avro.Schema => ({
  type: 'record',
  name: 'Alert',
  namespace: 'tocsin',
  fields: [...fields, ...more],
});

const confidence = { name: 'confidence', type: ['null', 'string'], default: null };
const comings = [
  { name: 'openings', type: 'int', default: 1, doc: 'how often it has been opened' },
  { name: 'swings', type: 'int', default: 0, doc: 'how often it would have been closed, and comes and goes' },
];

const peers: Fields[number] = {
  name: 'peers',
  type: [
    'null',
    {
      type: 'record',
      name: 'Peers',
      fields: [
        { name: 'shifted', type: 'int' },
        { name: 'of', type: 'int' },
      ],
    },
  ],
  default: null,
  doc: 'other devices of its class with an alert about when it began; only in notices',
};

type Stored = Omit<Alert, 'guard' | 'confidence' | 'openings' | 'swings' | 'peers'> & {
  guard: GuardKind | null;
  confidence: Confidence | null;
  openings: number;
  swings: number;
};
type Noticed = Stored & { peers: Peers | null };

function toStored({ peers: _peers, ...alert }: Alert): Stored {
  return {
    ...alert,
    guard: alert.guard ?? null,
    confidence: alert.confidence ?? null,
    openings: alert.openings ?? 1,
    swings: alert.swings ?? 0,
  };
}

function fromStored({ guard, confidence: told, openings, swings, ...alert }: Stored): Alert {
  return {
    ...alert,
    ...(openings > 1 ? { openings } : {}),
    ...(swings > 0 ? { swings } : {}),
    ...(guard === null ? {} : { guard }),
    ...(told === null ? {} : { confidence: told }),
  };
}

const alone = recordCodec<Alert, Stored>(record([confidence, ...comings]), toStored, fromStored);
const noticed = recordCodec<Alert, Noticed>(
  record([confidence, ...comings, peers]),
  (alert) => ({ ...toStored(alert), peers: alert.peers ?? null }),
  ({ peers: counted, ...alert }) => ({ ...fromStored(alert), ...(counted === null ? {} : { peers: { ...counted } }) }),
  [record([confidence, ...comings]), record([confidence]), record([])],
);

/**
 * Codec of alerts; reads those from before they could be opened again, and from before confidence was stated, too. One that says nothing
 * of peers is written as it always was, so that readers from before they were counted read it.
 */
export const alertCodec: RecordCodec<Alert> = {
  ...noticed,
  encode: (alert) => (alert.peers === undefined ? alone : noticed).encode(alert),
  recognises: (bytes) => alone.recognises(bytes) || noticed.recognises(bytes),
};

/** Codec of operators' labels. The enum's symbols cannot hold a hyphen, so verdicts travel as strings. */
export const labelCodec = recordCodec<Label, Label>(
  {
    type: 'record',
    name: 'Label',
    namespace: 'tocsin',
    fields: [
      { name: 'labelId', type: 'string' },
      { name: 'deviceId', type: 'string' },
      { name: 'subjectId', type: 'string' },
      { name: 'verdict', type: 'string' },
      { name: 'who', type: 'string' },
      { name: 'atMs', type: 'double' },
      { name: 'note', type: 'string' },
    ],
  },
  same,
  same,
);

export const encodeAlert = alertCodec.encode;
export const decodeAlert = alertCodec.decode;
export const encodeLabel = labelCodec.encode;
export const decodeLabel = labelCodec.decode;
