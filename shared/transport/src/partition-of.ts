// Which partition a key belongs to: murmur2, as the Java client and kafkajs do it, so that every implementation agrees.

/** Partition of `key` among `partitions`, as Kafka's default partitioner chooses it. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

/**
 * murmur2, 32 bit, seed 0x9747b28c; a signed integer.
 * Source: org.apache.kafka.common.utils.Utils.murmur2, https://github.com/apache/kafka
 */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  const words = data.length >> 2;
  let h = 0x9747b28c ^ data.length;
  for (let word = 0; word < words; word += 1) {
    const at = word * 4;
    let k = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const tail = words * 4;
  const left = data.length - tail;
  if (left === 3) h ^= data[tail + 2] << 16;
  if (left >= 2) h ^= data[tail + 1] << 8;
  if (left >= 1) h = Math.imul(h ^ data[tail], m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}
