// The way of one simulated process to the log: readers and a writer, each call of which may fail on its way.
import { partitionOf, TransportError, type OutgoingRecord, type ReaderOptions, type Transport } from '@tocsin/transport';
import { call, type World } from './call.ts';
import type { SimulatedGroup } from './simulated-group.ts';
import type { SimulatedLog } from './simulated-log.ts';
import { createSimulatedReader, type SimulatedReader } from './simulated-reader.ts';
import type { Process } from './virtual-time.ts';

export type SimulatedTransport = Transport & { readers: readonly SimulatedReader[] };

export function createSimulatedTransport(
  world: World,
  process: Process,
  log: SimulatedLog,
  groupOf: (options: ReaderOptions) => SimulatedGroup,
  isStrict: boolean,
): SimulatedTransport {
  const readers: SimulatedReader[] = [];
  const unreachable = () => new TransportError('unreachable', 'the broker is away');

  /** Outputs carry the key of the telemetry that they come from. */
  function noteTrespass(topic: string, key: string, held: readonly string[]): void {
    const source = `telemetry/${partitionOf(Buffer.from(key), log.partitions('telemetry'))}`;
    if (held.includes(source)) return;
    world.trespasses += 1;
    world.trace(`${process.name} sends to ${topic} for ${source}, which it has lost`);
  }

  function send(records: readonly OutgoingRecord[]): Promise<void> {
    const held = readers.flatMap((reader) => reader.holdings().map(({ topic, partition }) => `${topic}/${partition}`));
    for (const { topic, key } of records) if (key !== null) noteTrespass(topic, Buffer.from(key).toString(), held);
    const append = (some: readonly OutgoingRecord[]) => some.forEach((record) => log.append(record, world.time.nowMs()));
    return call(world, process, {
      kind: 'send',
      what: records.map(({ topic, key }) => `${topic}:${String(key)}`).join(' '),
      unreachable,
      effect() {
        if (log.isAway) throw unreachable();
        append(records);
      },
      partly: () => append(records.slice(0, Math.floor(world.faults.extent('partial-send', 0, records.length)))),
    });
  }

  return {
    kind: 'embedded',
    readers,
    reader(options) {
      const reader = createSimulatedReader(world, process, log, groupOf(options), { ...options, isStrict });
      readers.push(reader);
      return reader;
    },
    writer: () => ({ send, close: async () => undefined }),
    admin: () => {
      throw new Error('a scorer asks nothing of the admin');
    },
    close: async () => undefined,
  };
}
