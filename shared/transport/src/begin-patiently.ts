// A transport for a service that is starting: readers begin, and what is announced is sent, when the log is there.
import type { Transport } from './port.ts';

/** `reach` asks until there is an answer, or for as long as it sees fit; it is asked about every beginning of a reader and every send. */
export function beginPatiently(transport: Transport, reach: <T>(ask: () => Promise<T>) => Promise<T>): Transport {
  return {
    ...transport,
    reader(options) {
      const reader = transport.reader(options);
      return { ...reader, run: (handler) => reach(() => reader.run(handler)) };
    },
    writer() {
      const writer = transport.writer();
      return { ...writer, send: (records) => reach(() => writer.send(records)) };
    },
  };
}
