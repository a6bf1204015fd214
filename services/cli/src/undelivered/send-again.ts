// Sends notices once more to the sinks that gave them up, and marks that it did.
import type { Config } from '@tocsin/config';
import { encodeRedrive } from '@tocsin/schemas';
import type { Transport } from '@tocsin/transport';
import type { Undelivered } from './scan-undelivered.ts';

const atOnce = 100;

/** In the order given, some at a time: what was sent until it rejects is marked. */
export async function sendAgain(
  transport: Transport,
  { topics }: Config,
  chosen: readonly Undelivered[],
  by: { who: string; now(): number },
): Promise<void> {
  const writer = transport.writer();
  try {
    for (let at = 0; at < chosen.length; at += atOnce) {
      const some = chosen.slice(at, at + atOnce);
      // Sinks leave alone what names another one. Sent first: a crash in between tells people twice instead of never.
      await writer.send(
        some.map(({ record: { key, value }, sink }) => ({ topic: topics.notices, key, value, headers: { sink } })),
      );
      await writer.send(some.map(({ id, record }) => markOf(id, record.partition, topics.undelivered, by)));
    }
  } finally {
    await writer.close();
  }
}

function markOf(id: string, partition: number, topic: string, { who, now }: { who: string; now(): number }) {
  return { topic, partition, key: id, value: encodeRedrive({ id, atMs: now(), who }) };
}
