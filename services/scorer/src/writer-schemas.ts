// Decoders per writer's schema id, fetched from a schema registry once and kept. Unknown ids are remembered for a while.
import { createTelemetryDecoder, type LogMessage, type TelemetryDecoder, type TelemetryMapping } from '@tocsin/schemas';
import type { SchemaRegistry } from '@tocsin/transport';

/** How long an id that the registry does not know is not asked for again. */
const negativeMs = 30_000;
/** Ids that are remembered as unknown, and schemas that are kept; the oldest is forgotten beyond that. */
const refusedMax = 10_000;
const decodersMax = 1000;
/** Questions to the registry that are under way at once. */
const fetchesMax = 8;

export type WriterSchemas = {
  /** Fetches what is missing for these record values; rejects when the registry cannot be reached. */
  prepare(values: readonly (Uint8Array | null)[]): Promise<void>;
  /** The decoder of a prepared id, null where there is none to be had. */
  decoderOf(id: number): TelemetryDecoder | null;
};

/** Schema id of a record in Confluent's wire format (magic 0, then the id, big endian); null in any other. */
export function registryId(value: Uint8Array): number | null {
  if (value.byteLength < 5 || value[0] !== 0) return null;
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getInt32(1);
}

/** Fetches are single-flight per id. `note` hears of schemas that cannot be used. */
export function createWriterSchemas(
  registry: SchemaRegistry,
  mapping: TelemetryMapping | undefined,
  now: () => number,
  note: LogMessage,
): WriterSchemas {
  const decoders = new Map<number, TelemetryDecoder>();
  const refusedUntilMs = new Map<number, number>();
  const inFlight = new Map<number, Promise<void>>();

  async function fetchDecoder(id: number): Promise<void> {
    const schema = await registry.schemaOf(id);
    if (schema === null) return refuse(id);
    try {
      keep(decoders, id, createTelemetryDecoder(schema, mapping), decodersMax);
    } catch (error) {
      refuse(id);
      note('warn', 'a schema of the registry cannot be used', { id, error: String(error).slice(0, 500) });
    }
  }

  function refuse(id: number): void {
    keep(refusedUntilMs, id, now() + negativeMs, refusedMax);
  }

  /** Not beyond the time that it was refused for either: a clock may have been set back. */
  function isRefused(id: number): boolean {
    const leftMs = (refusedUntilMs.get(id) ?? 0) - now();
    return leftMs > 0 && leftMs <= negativeMs;
  }

  /** One id after the other, beside as many others. */
  async function fetchAll(ids: number[]): Promise<void> {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      const wanted = id;
      const fetching = inFlight.get(wanted) ?? fetchDecoder(wanted).finally(() => inFlight.delete(wanted));
      inFlight.set(wanted, fetching);
      await fetching;
    }
  }

  return {
    decoderOf: (id) => decoders.get(id) ?? null,
    async prepare(values) {
      const missing = new Set<number>();
      for (const value of values) {
        const id = value === null ? null : registryId(value);
        if (id !== null && !decoders.has(id) && !isRefused(id)) missing.add(id);
      }
      const ids = [...missing];
      await Promise.all(Array.from({ length: Math.min(fetchesMax, ids.length) }, () => fetchAll(ids)));
    },
  };
}

/** Sets the newest, and forgets the oldest beyond `most`. */
function keep<T>(map: Map<number, T>, id: number, value: T, most: number): void {
  map.delete(id);
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
