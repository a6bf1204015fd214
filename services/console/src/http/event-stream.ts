// News as server-sent events: numbered, so that whoever was away for a while gets what was missed, and whoever was away for long is
// told to look at everything again. Nobody's slowness costs more than a bounded buffer.
import type { ServerResponse } from 'node:http';
import type { NewsType } from '../api/words.ts';

export type EventStream = {
  /** Tells everybody, and remembers it for those who come back. */
  publish(type: NewsType, data: object): void;
  /** Tells those who look at this device; not remembered: who comes back asks for the device anew. */
  publishTo(deviceId: string, type: NewsType, data: object): void;
  /** Is somebody looking at this device? */
  isWatched(deviceId: string): boolean;
  /** Are there as many clients as there may be? */
  isFull(): boolean;
  /** From now on this response hears everything. */
  join(response: ServerResponse, deviceId: string | null, lastEventId: string | null): void;
  clients(): number;
  /** Clients that were cut off because they did not read. */
  dropped(): number;
  beat(): void;
  close(): void;
};

export type EventStreamOptions = {
  clientsMax: number;
  /** Events that are kept for those who come back, at most. */
  remembered: number;
  /** Who has not read so much is cut off; what is kept for those who come back is half of it at most. */
  bufferBytesMax: number;
  boot: string;
  now(): number;
  /** What everybody should know who is told anything. */
  standing(): string | null;
};

type Client = { response: ServerResponse; deviceId: string | null };

export function createEventStream(options: EventStreamOptions): EventStream {
  const { clientsMax, remembered, bufferBytesMax, boot, now, standing } = options;
  const clients = new Set<Client>();
  const past: { seq: number; text: string; bytes: number }[] = [];
  let pastBytes = 0;
  let seq = 0;
  let dropped = 0;

  function send(client: Client, text: string): void {
    // Cut off a moment ago, amid what was missed.
    if (!clients.has(client)) return;
    client.response.write(text);
    if (client.response.writableLength <= bufferBytesMax) return;
    // It comes back by itself and says what it had last.
    dropped += 1;
    clients.delete(client);
    client.response.destroy();
  }

  const textOf = (type: NewsType, data: object, id?: string) =>
    `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  const idOf = (at: number) => `${boot}-${at}`;

  function remember(text: string): void {
    const bytes = Buffer.byteLength(text);
    past.push({ seq, text, bytes });
    pastBytes += bytes;
    while (past.length > remembered || pastBytes > bufferBytesMax / 2) pastBytes -= past.shift()!.bytes;
  }

  /** What was published after this event; null where that is not known any more. */
  function missedSince(lastEventId: string): string[] | null {
    const [, from, at] = /^(.+)-(\d+)$/.exec(lastEventId) ?? [];
    const last = Number(at);
    if (from !== boot || !(last <= seq)) return null;
    const oldest = past[0]?.seq ?? seq + 1;
    return last < oldest - 1 ? null : past.filter((event) => event.seq > last).map(({ text }) => text);
  }

  return {
    publish(type, data) {
      seq += 1;
      const text = textOf(type, data, idOf(seq));
      remember(text);
      for (const client of clients) send(client, text);
    },
    publishTo(deviceId, type, data) {
      const text = textOf(type, data);
      for (const client of clients) if (client.deviceId === deviceId) send(client, text);
    },
    isWatched: (deviceId) => [...clients].some((client) => client.deviceId === deviceId),
    join(response, deviceId, lastEventId) {
      const client = { response, deviceId };
      clients.add(client);
      response.on('close', () => clients.delete(client));
      response.on('error', () => clients.delete(client));
      const missed = lastEventId === null ? [] : missedSince(lastEventId);
      const first = missed === null ? 'reset' : 'hello';
      const facts = { nowMs: now(), standing: standing(), missed: missed?.length ?? null };
      send(client, `retry: 2000\n${textOf(first, facts, idOf(seq - (missed?.length ?? 0)))}`);
      for (const text of missed ?? []) send(client, text);
    },
    isFull: () => clients.size >= clientsMax,
    clients: () => clients.size,
    dropped: () => dropped,
    beat() {
      const text = textOf('beat', { nowMs: now(), standing: standing() });
      for (const client of clients) send(client, text);
    },
    close() {
      for (const { response } of clients) response.end();
      clients.clear();
    },
  };
}
