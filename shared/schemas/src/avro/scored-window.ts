// Avro form of `tocsin.windows`.
import type avro from 'avsc';
import type { Confidence, QualityFlag, ScoredWindow } from '../window.ts';
import { bytesOf, floatsOf } from './float-bytes.ts';
import { recordCodec, type Fields } from './single-object.ts';

type Stored = Omit<ScoredWindow, 'features' | 'flags' | 'confidence' | 'revision'> & {
  features: Buffer;
  flags: QualityFlag[];
  confidence: Confidence | null;
  revision: number;
};

const fields: Fields = [
  { name: 'windowId', type: 'string' },
  { name: 'deviceId', type: 'string' },
  { name: 'deviceClass', type: 'string' },
  { name: 'startMs', type: 'double' },
  { name: 'endMs', type: 'double' },
  { name: 'specHash', type: 'string' },
  { name: 'features', type: 'bytes', doc: 'float32 little endian, in the order of the feature spec' },
  { name: 'score', type: ['null', 'double'], default: null },
  { name: 'pValue', type: ['null', 'double'], default: null },
  { name: 'threshold', type: ['null', 'double'], default: null },
  { name: 'modelVersion', type: 'int' },
  { name: 'supportWindows', type: 'int' },
  { name: 'coverage', type: 'double' },
  { name: 'flags', type: { type: 'array', items: 'string' } },
];

const record = (more: Fields): avro.Schema => ({
  type: 'record',
  name: 'ScoredWindow',
  namespace: 'tocsin',
  fields: [...fields, ...more],
});

const confidence: Fields = [{ name: 'confidence', type: ['null', 'string'], default: null }];
const revision: Fields = [{ name: 'revision', type: 'int', default: 0, doc: 'of records with one windowId the highest counts' }];

/**
 * Codec of scored windows; the feature vector travels as float32 bytes. Reads those from before confidence was stated, and from
 * before windows could be amended, too.
 */
export const scoredWindowCodec = recordCodec<ScoredWindow, Stored>(
  record([...confidence, ...revision]),
  (window) => ({
    ...window,
    features: bytesOf(window.features),
    flags: [...window.flags],
    confidence: window.confidence ?? null,
    revision: window.revision ?? 0,
  }),
  ({ confidence: behind, revision: amended, ...stored }) => ({
    ...stored,
    features: floatsOf(stored.features),
    ...(behind === null ? {} : { confidence: behind }),
    ...(amended === 0 ? {} : { revision: amended }),
  }),
  [record([]), record(confidence)],
);

export const encodeScoredWindow = scoredWindowCodec.encode;
export const decodeScoredWindow = scoredWindowCodec.decode;
