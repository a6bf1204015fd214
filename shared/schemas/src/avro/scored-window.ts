// Avro form of `tocsin.windows`.
import type { QualityFlag, ScoredWindow } from '../window.ts';
import { bytesOf, floatsOf } from './float-bytes.ts';
import { recordCodec } from './single-object.ts';

type Stored = Omit<ScoredWindow, 'features' | 'flags'> & { features: Buffer; flags: QualityFlag[] };

/** Codec of scored windows; the feature vector travels as float32 bytes. */
export const scoredWindowCodec = recordCodec<ScoredWindow, Stored>(
  {
    type: 'record',
    name: 'ScoredWindow',
    namespace: 'tocsin',
    fields: [
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
    ],
  },
  (window) => ({ ...window, features: bytesOf(window.features), flags: [...window.flags] }),
  (stored) => ({ ...stored, features: floatsOf(stored.features) }),
);

export const encodeScoredWindow = scoredWindowCodec.encode;
export const decodeScoredWindow = scoredWindowCodec.decode;
