// A broker of our own that goes away and comes back, while records are written and read.
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKafkaTransport, type LogWriter, TransportError } from '@tocsin/transport';
import { collect, commitEnd, expectSoon, freshGroup, freshTopic, numbered, numbers } from '../contracts/transport-room.ts';
import { type KafkaServer, startKafka } from '../servers/kafka.mjs';

const skipped = process.env.KAFKA_BROKERS === undefined;

describe.skipIf(skipped)(`a kafka of our own${skipped ? ' (skipped: KAFKA_BROKERS is not set)' : ''}`, () => {
  let kafka: KafkaServer;
  beforeAll(async () => {
    kafka = await startKafka();
  }, 60_000);
  afterAll(() => kafka.stop());

  /** Sends 0, 1, 2 … one by one, each until it is stored; `stop` tells how many. */
  function keepSending(writer: LogWriter, topic: string) {
    let isSending = true;
    const sent = (async () => {
      let count = 0;
      while (isSending) {
        await sendUntilStored(writer, topic, count);
        count += 1;
        await sleep(10);
      }
      return count;
    })();
    return {
      stop() {
        isSending = false;
        return sent;
      },
    };
  }

  async function sendUntilStored(writer: LogWriter, topic: string, number: number): Promise<void> {
    try {
      await writer.send(numbered(topic, number, number + 1));
    } catch (error) {
      if (!(error instanceof TransportError) || !error.isRetriable) throw error;
      await sendUntilStored(writer, topic, number);
    }
  }

  //  records   0 1 2 3 ……           …… n
  //  broker    ———————| gone |—————————————      killed, and ended in order
  //  reader    0 1 2 3 ……    …… 3 ……   n         some twice, none missing; the session of 60 s is not waited for
  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'ended by %s and started again: nothing is lost, and reading goes on at once',
    async (signal) => {
      const said: string[] = [];
      const onLog = (level: string, message: string, fields: object = {}) => said.push(`${level} ${message} ${inspect(fields)}`);
      const transport = createKafkaTransport({ brokers: [kafka.brokers], sessionTimeoutMs: 60_000, onLog });
      const topic = await freshTopic(transport);
      const { reader, values } = await collect(transport, { groupId: freshGroup(), topics: [topic] }, commitEnd);
      const sender = keepSending(transport.writer(), topic);
      await expectSoon(() => values().length).toBeGreaterThan(20);

      await kafka.down(signal);
      await sleep(2_000);
      const before = values().length;
      await kafka.up();
      await expectSoon(() => values().length).toBeGreaterThan(before + 20);

      const count = await sender.stop();
      const missing = () => numbers(0, count).filter((number) => !values().includes(number));
      await expect
        .poll(missing, { timeout: 15_000 })
        .toEqual([])
        .catch((error: unknown) => {
          throw new Error([String(error), ...said.slice(-30)].join('\n'));
        });
      const firstSights = [...new Set(values())];
      expect(firstSights).toEqual(numbers(0, count));
      expect(reader.status()).toMatchObject({ joined: true, resets: 0, fatal: null });
      await transport.close();
    },
    120_000,
  );
});
