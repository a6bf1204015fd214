// Dead letters as a scorer writes them, in an embedded log of one test; four readings of pump-3 in a row were refused, and rubbish.
//
//   telemetry:0:7 unknown_class   :8 unknown_class   :9 unknown_class   :10 not_finite   telemetry:1:0 broken_avro
import { noIncident, noScores } from '@tocsin/decisions';
import { emptySupport, encodeDeviceState } from '@tocsin/models';
import {
  deviceStateKey,
  encodeDeadLetter,
  encodeTelemetry,
  noGuards,
  noTeaching,
  noLabels,
  type DeadLetter,
  type RejectionReason,
} from '@tocsin/schemas';
import { createEmbeddedState } from '@tocsin/state';
import type { LogRecord } from '@tocsin/transport';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld, type TestWorld } from '../test-world.fixture.ts';

export const startMs = Date.UTC(2026, 0, 1);
/** In every message: what would clear the terminal. */
export const escape = String.fromCharCode(27);

export type RefusedRoom = LocalRoom & {
  /** Appends letters. */
  write(letters: readonly DeadLetter[]): Promise<void>;
  /** `tocsin dlq` with the configuration of the room. */
  dlq(line: string, env?: Record<string, string>): Promise<{ code: unknown; world: TestWorld }>;
  /** The same; what it printed. Throws where it did not end with 0, or said something else, too. */
  told(line: string): Promise<string>;
  /** What lies in the telemetry topic. */
  telemetry(): Promise<LogRecord[]>;
  /** Stores a state of pump-3, judged up to then. */
  judgedUpTo(frontierMs: number, deviceClass?: string): Promise<void>;
};

/** One second of pump-3, the `second`-th. */
export function reading(second: number, first = 1): Uint8Array {
  const samples = new Float32Array(100).fill(1);
  samples[0] = first;
  const at = startMs + second * 1000;
  return encodeTelemetry({ deviceId: 'pump-3', deviceClass: 'pump', startMs: at, rateHz: 100, channels: ['a'], samples });
}

export function letterOf(offset: number, reason: RejectionReason, value: Uint8Array): DeadLetter {
  return {
    id: `telemetry:0:${offset}`,
    stage: 'decode',
    reason,
    error: `deviceClass is '${escape}[2Jpump'; expected one of fan; add it under classes`,
    topic: 'telemetry',
    partition: 0,
    offset,
    timestampMs: startMs + offset * 1000 + 1000,
    key: Buffer.from('pump-3'),
    value,
    headers: { trace: Buffer.from('abc') },
  };
}

export async function openRefusedRoom(): Promise<RefusedRoom> {
  const room = openLocalRoom('classes:\n  pump: { channels: [a], rateHz: 100 }\n');

  const write = (letters: readonly DeadLetter[]) =>
    room.withLog(async (log) => {
      await log.admin().ensureTopics(['telemetry', 'tocsin.dead-letter'].map((name) => ({ name, partitions: 2 })));
      const records = letters.map((letter) => ({
        topic: 'tocsin.dead-letter',
        key: letter.key,
        value: encodeDeadLetter(letter),
      }));
      await log.writer().send(records);
    });
  async function dlq(line: string, env: Record<string, string> = {}): Promise<{ code: unknown; world: TestWorld }> {
    const world = createTestWorld({ USER: 'ada', ...env });
    return { code: await world.tocsin(`dlq ${line} --config ${room.config}`), world };
  }

  await write([
    ...[7, 8, 9].map((offset) => letterOf(offset, 'unknown_class', reading(offset))),
    letterOf(10, 'not_finite', reading(10, Number.NaN)),
    { ...letterOf(0, 'broken_avro', Uint8Array.of(1, 2, 3)), id: 'telemetry:1:0', partition: 1, key: null },
  ]);
  return {
    ...room,
    write,
    dlq,
    async told(line) {
      const { code, world } = await dlq(line);
      if (code !== 0 || world.err() !== '') throw new Error(`dlq ${line} ended with ${String(code)}: ${world.err()}`);
      return world.out();
    },
    telemetry: () =>
      room.withLog(async (log) => {
        const info = await log.admin().describe('telemetry');
        const found: LogRecord[] = [];
        let left = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
        if (left === 0) return found;
        const reader = log.reader({ groupId: `test-${Math.random()}`, topics: ['telemetry'] });
        await new Promise<void>((resolve, reject) => {
          const take = async ({ records }: { records: readonly LogRecord[] }) => {
            found.push(...records);
            left -= records.length;
            if (left === 0) resolve();
          };
          reader.run(take).catch(reject);
        });
        return found;
      }),
    async judgedUpTo(frontierMs, deviceClass = 'pump') {
      const store = createEmbeddedState({ directory: room.state });
      const identity = { deviceId: 'pump-3', deviceClass, specHash: 'x', frontierMs, revision: 0, modelVersion: 0 };
      const memory = {
        ...noScores,
        support: emptySupport(4),
        incident: noIncident,
        labels: noLabels,
        guards: noGuards,
        teaching: noTeaching,
      };
      await store.put(deviceStateKey('pump-3'), encodeDeviceState({ ...identity, ...memory }));
      await store.close();
    },
  };
}
