import { sendBytesMax, recordBytes, type LogRecord } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { lateRecord } from './outputs.ts';

const record = (valueBytes: number, headerBytes: number, keyBytes = 1): LogRecord => ({
  topic: 't',
  partition: 3,
  offset: 7,
  timestampMs: 5,
  key: new Uint8Array(keyBytes),
  value: new Uint8Array(valueBytes),
  headers: { theirs: new Uint8Array(headerBytes) },
});

//   value    headers  key       what is left of them
test.each([
  [1000, 1000, 1, [true, true, true]],
  [899_000, 1000, 1, [true, false, true]],
  [899_990, 0, 1, [false, false, true]],
  [10, 10, 899_990, [false, false, false]],
])('a late record of %i, %i and %i bytes fits the log, with why', (valueBytes, headerBytes, keyBytes, left) => {
  const { topic, key, value, headers } = lateRecord('late', record(valueBytes, headerBytes, keyBytes), 9);
  expect(recordBytes({ topic, key, value, headers: headers! })).toBeLessThanOrEqual(sendBytesMax);
  expect([value !== null, 'theirs' in headers!, key !== null]).toEqual(left);
  expect(headers).toMatchObject({ 'tocsin-late-samples': '9', 'tocsin-position': 't:3:7', 'tocsin-timestamp-ms': '5' });
});
