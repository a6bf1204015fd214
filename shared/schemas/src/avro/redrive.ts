// Avro form of the marks in `tocsin.dead-letter` that say what was sent again.
import type { Redrive } from '../dead-letter.ts';
import { recordCodec } from './single-object.ts';

/** Codec of those marks; `recognises` tells them from the letters. */
export const redriveCodec = recordCodec<Redrive, Redrive>(
  {
    type: 'record',
    name: 'Redrive',
    namespace: 'tocsin',
    fields: [
      { name: 'id', type: 'string', doc: 'Id of the letter, topic:partition:offset.' },
      { name: 'atMs', type: 'double' },
      { name: 'who', type: 'string' },
    ],
  },
  (redrive) => redrive,
  ({ id, atMs, who }) => ({ id, atMs, who }),
);

export const encodeRedrive = redriveCodec.encode;
export const decodeRedrive = redriveCodec.decode;
