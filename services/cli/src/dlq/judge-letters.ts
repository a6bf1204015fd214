// Would the scorer take these records if they came again now, under today's configuration, and would a window come of them?
import type { Config } from '@tocsin/config';
import { decodeDeviceState } from '@tocsin/models';
import { deviceStateKey, readingEndMs, type DeadLetter, type DeviceState, type Reading } from '@tocsin/schemas';
import { createDecode, createWriterSchemas } from '@tocsin/scorer';
import { openState, type StateStore } from '@tocsin/state';
import { createSchemaRegistry } from '@tocsin/transport';
import { isThere } from '../doctor/check-disk.ts';
import { explainError } from '../explain-error.ts';

const registryMaxMs = 5000;

/** `late`: the device has been judged on later windows already; `unknown`: the state store cannot be asked. */
export type Timeliness = 'in-time' | 'late' | 'unknown';

export type Judgement =
  | { outcome: 'taken'; reading: Reading; timeliness: Timeliness; frontierMs: number }
  | { outcome: 'refused'; reason: string; message: string };

export type LetterJudge = {
  /** In the order of the letters. Rejects where a schema registry is configured and cannot be reached. */
  judge(letters: readonly DeadLetter[]): Promise<Judgement[]>;
  /** Why some timeliness was unknown; null where none was. */
  unknownBecause(): string | null;
  close(): Promise<void>;
};

/** Decodes and checks with the scorer's own code. */
export function createLetterJudge(config: Config, now: () => number): LetterJudge {
  const { registry, mapping, classes, topics, state: stateChoice } = config;
  const schemas =
    registry === null
      ? null
      : createWriterSchemas(createSchemaRegistry(registry.url, registryMaxMs), mapping ?? undefined, now, () => undefined);
  const decode = createDecode(new Map(Object.entries(classes)), schemas);
  // Looking must not leave a store behind where there was none.
  const isStored = stateChoice.kind !== 'embedded' || isThere(stateChoice.directory);
  const store: StateStore | null = isStored ? openState(stateChoice) : null;
  let silence: string | null = null;

  function judgeRecord(letter: DeadLetter): Judgement {
    if (!topics.telemetry.includes(letter.topic)) {
      const message = `no scorer reads topic '${letter.topic}'; expected one of ${topics.telemetry.join(', ')}; see topics.telemetry`;
      return { outcome: 'refused', reason: 'unread_topic', message };
    }
    if (letter.cutFromBytes !== undefined) {
      const message = `the letter has the beginning only, the record was too large; it lies at ${letter.id} while its topic keeps it`;
      return { outcome: 'refused', reason: 'cut', message };
    }
    // As it came first, too: a clock that was ahead then is not right because time has passed since.
    const asItCame = decode(letter);
    if ('rejection' in asItCame) return { outcome: 'refused', ...asItCame.rejection };
    const decoded = decode({ ...letter, timestampMs: now() });
    if ('rejection' in decoded) return { outcome: 'refused', ...decoded.rejection };
    return { outcome: 'taken', reading: decoded.reading, timeliness: 'unknown', frontierMs: -Infinity };
  }

  /** States of devices by id; null where the store cannot be asked. */
  async function statesOf(deviceIds: readonly string[]): Promise<Map<string, DeviceState> | null> {
    if (store === null) return new Map();
    if (silence !== null) return null;
    try {
      const values = await store.getMany(deviceIds.map(deviceStateKey));
      const states = values.map((value) => (value === null ? null : readable(value)));
      return new Map(states.flatMap((state) => (state === null ? [] : [[state.deviceId, state]])));
    } catch (error) {
      silence = explainError(error);
      return null;
    }
  }

  return {
    async judge(letters) {
      await schemas?.prepare(letters.map(({ value }) => value));
      const judged = letters.map(judgeRecord);
      const deviceIds = new Set(judged.flatMap((one) => (one.outcome === 'taken' ? [one.reading.deviceId] : [])));
      const states = deviceIds.size === 0 ? new Map<string, DeviceState>() : await statesOf([...deviceIds]);
      return judged.map((one, i) => (one.outcome === 'taken' ? placeInTime(one, letters[i], states) : one));
    },
    unknownBecause: () => silence,
    close: async () => store?.close().catch(() => undefined),
  };
}

function placeInTime(
  taken: Judgement & { outcome: 'taken' },
  letter: DeadLetter,
  states: ReadonlyMap<string, DeviceState> | null,
): Judgement {
  if (states === null) return taken;
  const { reading } = taken;
  const state = states.get(reading.deviceId);
  if (letter.reason === 'class_changed' && state !== undefined && state.deviceClass !== reading.deviceClass) {
    const message = `deviceClass is '${reading.deviceClass}'; device '${reading.deviceId}' is remembered as '${state.deviceClass}'`;
    return { outcome: 'refused', reason: 'class_changed', message: `${message}; give it one class` };
  }
  const frontierMs = state?.frontierMs ?? -Infinity;
  return { ...taken, frontierMs, timeliness: readingEndMs(reading) <= frontierMs ? 'late' : 'in-time' };
}

/** The scorer rebuilds what it cannot read, too. */
function readable(value: Uint8Array): DeviceState | null {
  try {
    return decodeDeviceState(value);
  } catch {
    return null;
  }
}
