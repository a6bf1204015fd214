// What is open at an Alertmanager, by partition of the notices: kept in the state store, so that whoever has the partition next goes on.
import { setTimeout as sleep } from 'node:timers/promises';
import { sinkKey, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { OpenAlert } from './postable-alert.ts';

/** An alert or incident that was said to be open, with the notice that said so last. */
export type SaidOpen = { alert: OpenAlert; saidMs: number };

export type OpenAlerts = {
  /** Loads what is open in these partitions and lets the others go; tries until it succeeds or `ending`. */
  hold(partitions: readonly number[], ending: AbortSignal): Promise<void>;
  get(id: string): SaidOpen | undefined;
  set(partition: number, id: string, said: SaidOpen): void;
  /** It is over, in whichever partition it was said to be open. */
  end(id: string): void;
  /** Stores what has changed. `next` rises with the offsets of the partition; what ends before it was made anew. */
  keep(partition: number, next: number, endOffset: number): Promise<void>;
  all(): [string, SaidOpen][];
};

/** `order` is that under which it was stored last. */
type Table = { alerts: Map<string, SaidOpen>; order: number; isChanged: boolean };

const format = 'tocsin-open-2';
/** Of one partition; the one that was heard of longest ago goes first. */
const openMax = 5000;
const pauseMs = 1000;
/** Between two orders of a partition, for what other partitions had to say. */
const betweenOrders = 2 ** -10;

export function createOpenAlerts(sink: string, state: StateStore, note: LogMessage): OpenAlerts {
  const tables = new Map<number, Table>();

  async function load(partition: number, ending: AbortSignal): Promise<void> {
    while (!ending.aborted) {
      try {
        const [bytes] = await state.getMany([sinkKey(sink, partition)]);
        const found = bytes === null ? noTable() : decode(bytes);
        const own = tables.get(partition);
        // Somebody else may have had the partition meanwhile; what is older than ours was lost and found.
        if (own === undefined || found.order >= own.order) tables.set(partition, found);
        else own.isChanged = true;
        return;
      } catch (error) {
        note('warn', 'what is open could not be read yet', { sink, partition, error: String(error) });
        await sleep(pauseMs, undefined, { signal: ending }).catch(() => undefined);
      }
    }
  }

  async function store(partition: number, table: Table, order: number): Promise<void> {
    table.order = order;
    const value = Buffer.from(JSON.stringify({ format, order, alerts: [...table.alerts] }));
    await state.putIfNewer([{ key: sinkKey(sink, partition), order, value }]);
    table.isChanged = false;
  }

  function end(id: string): void {
    for (const table of tables.values()) if (table.alerts.delete(id)) table.isChanged = true;
  }

  return {
    async hold(partitions, ending) {
      for (const partition of tables.keys()) if (!partitions.includes(partition)) tables.delete(partition);
      for (const partition of partitions) await load(partition, ending);
    },
    get: (id) => [...tables.values()].map(({ alerts }) => alerts.get(id)).find((said) => said !== undefined),
    set(partition, id, said) {
      end(id);
      const table = tables.get(partition) ?? noTable();
      tables.set(partition, table);
      table.isChanged = true;
      table.alerts.set(id, said);
      if (table.alerts.size <= openMax) return;
      const [[oldest]] = table.alerts;
      table.alerts.delete(oldest);
      note('warn', 'too many alerts are open to be told again and again; the oldest is not any more', { sink, id: oldest });
    },
    end,
    async keep(partition, next, endOffset) {
      const own = tables.get(partition);
      if (own !== undefined && own.order > endOffset) {
        // The topic was made anew: its offsets begin again.
        await state.remove([sinkKey(sink, partition)]);
        Object.assign(own, { order: 0, isChanged: true });
      }
      for (const [number, table] of tables)
        if (table.isChanged) await store(number, table, number === partition ? next : table.order + betweenOrders);
    },
    all: () => [...tables.values()].flatMap(({ alerts }) => [...alerts]),
  };
}

function noTable(): Table {
  return { alerts: new Map(), order: 0, isChanged: false };
}

/** What cannot be read is no reason not to go on: what is open is told again with its next revision. */
function decode(bytes: Uint8Array): Table {
  try {
    const parsed = JSON.parse(Buffer.from(bytes).toString()) as { format?: string; order: number; alerts: [string, SaidOpen][] };
    if (parsed.format === format) return { alerts: new Map(parsed.alerts), order: parsed.order, isChanged: false };
  } catch {
    // Not JSON, whatever it is.
  }
  return noTable();
}
