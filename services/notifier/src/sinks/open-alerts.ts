// What is open at an Alertmanager, by partition of the notices: kept in the state store, so that whoever has the partition next goes on.
import { setTimeout as sleep } from 'node:timers/promises';
import { sinkKey, type LogMessage } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { OpenAlert } from './postable-alert.ts';

export type OpenAlerts = {
  /** Loads what is new among the partitions and lets the others go; tries until it succeeds or `ending`. */
  hold(partitions: readonly number[], ending: AbortSignal): Promise<void>;
  get(partition: number, id: string): OpenAlert | undefined;
  set(partition: number, id: string, alert: OpenAlert | null): void;
  /** Stores what has changed of a partition; `order` rises with its offsets. */
  keep(partition: number, order: number): Promise<void>;
  all(): OpenAlert[];
};

type Table = { alerts: Map<string, OpenAlert>; isChanged: boolean };

const format = 'tocsin-open-1';
/** Of one partition; the one that has been open longest goes first. */
const openMax = 5000;
const pauseMs = 1000;

export function createOpenAlerts(sink: string, state: StateStore, note: LogMessage): OpenAlerts {
  const tables = new Map<number, Table>();

  async function load(partition: number, ending: AbortSignal): Promise<void> {
    while (!ending.aborted) {
      try {
        const [bytes] = await state.getMany([sinkKey(sink, partition)]);
        tables.set(partition, { alerts: new Map(bytes === null ? [] : decode(bytes)), isChanged: false });
        return;
      } catch (error) {
        note('warn', 'what is open could not be read yet', { sink, partition, error: String(error) });
        await sleep(pauseMs, undefined, { signal: ending }).catch(() => undefined);
      }
    }
  }

  return {
    async hold(partitions, ending) {
      for (const partition of tables.keys()) if (!partitions.includes(partition)) tables.delete(partition);
      for (const partition of partitions) if (!tables.has(partition)) await load(partition, ending);
    },
    get: (partition, id) => tables.get(partition)?.alerts.get(id),
    set(partition, id, alert) {
      const table = tables.get(partition) ?? { alerts: new Map<string, OpenAlert>(), isChanged: false };
      tables.set(partition, table);
      table.isChanged = true;
      if (alert === null) return void table.alerts.delete(id);
      table.alerts.set(id, alert);
      if (table.alerts.size <= openMax) return;
      const [[oldest]] = table.alerts;
      table.alerts.delete(oldest);
      note('warn', 'too many alerts are open to be told again and again; the oldest is not any more', { sink, id: oldest });
    },
    async keep(partition, order) {
      const table = tables.get(partition);
      if (table === undefined || !table.isChanged) return;
      const value = Buffer.from(JSON.stringify({ format, alerts: [...table.alerts] }));
      await state.putIfNewer([{ key: sinkKey(sink, partition), order, value }]);
      table.isChanged = false;
    },
    all: () => [...tables.values()].flatMap(({ alerts }) => [...alerts.values()]),
  };
}

/** What cannot be read is no reason not to go on: what is open is told again with its next revision. */
function decode(bytes: Uint8Array): [string, OpenAlert][] {
  const parsed = JSON.parse(Buffer.from(bytes).toString()) as { format?: string; alerts?: [string, OpenAlert][] };
  return parsed.format === format ? (parsed.alerts ?? []) : [];
}
