// Scorers that read one partition after each other: each dies at a call to the world that is chosen, before or after its effect, and
// the next one resumes at the commit. No time passes but that of the calls.
import { decodeScoredWindow, decodeAlert } from '@tocsin/schemas';
import { isInTheWay, type OrderedEntry, type StateStore } from '@tocsin/state';
import type { BatchHandler, Commit, LogReader, LogRecord, OutgoingRecord, Transport } from '@tocsin/transport';
import { createSimulatedScorer, topics, type ScorerSetting } from '../simulation/scorer-setting.ts';

/** Numbers of calls to die at, counted over all scorers, in rising order. */
export type Deaths = { at: readonly number[]; when: 'before' | 'after' };

export type Life = { sent: OutgoingRecord[]; calls: number; deaths: number; commit: Commit };

/** Records come in batches; what lies beyond the batch that is being read has not been written yet. */
export async function live(
  records: readonly LogRecord[],
  setting: ScorerSetting,
  stored: readonly (readonly [string, Uint8Array])[],
  { at, when }: Deaths = { at: [], when: 'before' },
  batchRecords = 5,
): Promise<Life> {
  const life: Life = { sent: [], calls: 0, deaths: 0, commit: { offset: 0, metadata: '' } };
  const values = new Map(stored);
  const orders = new Map<string, number>();
  let written = Math.min(batchRecords, records.length);

  for (let epoch = 1; ; epoch++) {
    let isDead = false;
    const called = async <T>(effect: () => T): Promise<T> => {
      if (isDead) throw new Error('a dead process does nothing');
      life.calls += 1;
      isDead = at.includes(life.calls);
      if (isDead) life.deaths += 1;
      if (isDead && when === 'before') throw new Error('died before a call');
      const result = effect();
      if (isDead) throw new Error('died after a call');
      return result;
    };
    const state = storeOf(values, orders, called);
    const handlers: BatchHandler[] = [];
    const send = (sent: readonly OutgoingRecord[]) => called(() => void life.sent.push(...sent));
    const transport: Transport = {
      kind: 'embedded',
      reader: () => ({ ...idleReader, run: async (handler) => void handlers.push(handler) }),
      writer: () => ({ send, close: async () => undefined }),
      admin: () => {
        throw new Error('a scorer asks nothing of the admin');
      },
      close: async () => undefined,
    };
    const scorer = createSimulatedScorer(setting, { transport, state, name: `scorer-${epoch}`, nowMs: () => 20 * life.calls });
    try {
      await scorer.start();
      const resumedFrom = life.commit;
      const commit = (to: Commit) => called(() => void (life.commit = to));
      const heartbeat = () => called(() => undefined);
      const { topic, partition } = records[0];
      for (let next = resumedFrom.offset; ;) {
        const batch = { topic, partition, endOffset: written, epoch, resumedFrom, isStale: () => isDead, heartbeat, commit };
        await handlers[handlers.length - 1]({ ...batch, records: records.slice(next, Math.min(next + batchRecords, written)) });
        if (isDead) break;
        next = Math.min(next + batchRecords, written);
        if (next === records.length) return life;
        if (next === written) written = Math.min(written + batchRecords, records.length);
      }
    } catch (error) {
      if (!isDead) throw error;
    }
  }
}

type Called = <T>(effect: () => T) => Promise<T>;

function storeOf(values: Map<string, Uint8Array>, orders: Map<string, number>, called: Called): StateStore {
  const putIfNewer = (entry: OrderedEntry): boolean => {
    const { key, order, value } = entry;
    if (orders.has(key) && isInTheWay(orders.get(key)!, entry)) return false;
    orders.set(key, order);
    values.set(key, value);
    return true;
  };
  return {
    kind: 'embedded',
    getMany: (keys) => called(() => keys.map((key) => values.get(key) ?? null)),
    putIfNewer: (entries) => called(() => entries.map(putIfNewer)),
    put: async (key, value) => void values.set(key, value),
    remove: async (keys) => keys.forEach((key) => values.delete(key)),
    ping: async () => 'in memory',
    close: async () => undefined,
  };
}

/** What was said, by identity: the bytes of every record of it. */
export function saidBy({ sent }: Life): Map<string, Set<string>> {
  const said = new Map<string, Set<string>>();
  for (const { topic, value } of sent) {
    const name = identityOf(topic, value!);
    said.set(name, (said.get(name) ?? new Set()).add(Buffer.from(value!).toString('base64')));
  }
  return said;
}

function identityOf(topic: string, value: Uint8Array): string {
  if (topic === topics.windows) {
    const { deviceId, startMs, revision = 0 } = decodeScoredWindow(value);
    return `window ${deviceId} ${startMs} r${revision}`;
  }
  if (topic !== topics.alerts) return `${topic} ${Buffer.from(value).toString('base64')}`;
  const { alertId, revision } = decodeAlert(value);
  return `alert ${alertId} r${revision}`;
}

const idleReader: Omit<LogReader, 'run'> = {
  status: () => ({ joined: true, assigned: [], rebalances: 0, resets: 0, stalledMs: 0, fatal: null }),
  pause: () => undefined,
  resume: () => undefined,
  stop: async () => undefined,
};
