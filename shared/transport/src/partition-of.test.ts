import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { expect, test } from 'vitest';
import { murmur2, partitionOf } from './partition-of.ts';

// Source: UtilsTest.testMurmur2 of Apache Kafka, clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of %s is what Kafka says', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash);
});

test('every key goes where kafkajs sends it', () => {
  const choose = Partitioners.DefaultPartitioner();
  const metadata = (count: number) =>
    Array.from({ length: count }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 1,
      replicas: [1],
      isr: [1],
    }));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1, max: 64 }), (key, count) => {
      const message = { key: Buffer.from(key), value: null };
      expect(partitionOf(key, count)).toBe(choose({ topic: 't', partitionMetadata: metadata(count), message }));
    }),
    { seed: 11, numRuns: 500 },
  );
});
