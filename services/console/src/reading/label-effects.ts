// Whether what people said has reached the device: its state in the store names the verdicts that are in effect.
import { idKey } from '@tocsin/decisions';
import { decodeDeviceState } from '@tocsin/models';
import { deviceStateKey, type Label, type LabelMemory } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LabelView } from '../api/alerts-api.ts';

export type LabelEffects = {
  /** A label to wait for, if it is new enough. */
  watch(label: Label): void;
  effectOf(label: Pick<Label, 'labelId'>): LabelView['inEffect'];
  /** One look at the store for all that is waited for. */
  look(): Promise<void>;
};

/** So long a label is waited for: a device that sends nothing takes nothing up. */
const patienceMs = 30 * 60_000;
const waitingMax = 500;
const knownMax = 20_000;

export function createLabelEffects(
  store: Pick<StateStore, 'getMany'>,
  now: () => number,
  onEffect: (label: Label) => void,
): LabelEffects {
  const waiting = new Map<string, Label>();
  const known = new Set<string>();
  let isLooking = false;

  async function look(): Promise<void> {
    const devices = [...new Set([...waiting.values()].map(({ deviceId }) => deviceId))];
    const values = await store.getMany(devices.map(deviceStateKey));
    const memories = new Map(devices.map((deviceId, i) => [deviceId, memoryIn(values[i])]));
    for (const label of waiting.values()) {
      const memory = memories.get(label.deviceId) ?? null;
      if (memory !== null && isInEffect(memory, label)) {
        waiting.delete(label.labelId);
        known.add(label.labelId);
        const [oldest] = known;
        if (known.size > knownMax) known.delete(oldest);
        onEffect(label);
      } else if (now() - label.atMs > patienceMs) waiting.delete(label.labelId);
    }
  }

  return {
    watch(label) {
      if (now() - label.atMs > patienceMs || known.has(label.labelId)) return;
      waiting.set(label.labelId, label);
      const [oldest] = waiting.keys();
      if (waiting.size > waitingMax) waiting.delete(oldest);
    },
    effectOf: ({ labelId }) => (known.has(labelId) ? 'yes' : waiting.has(labelId) ? 'waiting' : 'unknown'),
    async look() {
      if (isLooking || waiting.size === 0) return;
      isLooking = true;
      // A store that is away is asked again at the next look.
      await look().catch(() => undefined);
      isLooking = false;
    },
  };
}

/** Is this label, or a later one on its subject, among the verdicts of the device, or forgotten as old? */
export function isInEffect(memory: LabelMemory, { labelId, subjectId, atMs }: Label): boolean {
  const subjectKey = idKey(subjectId);
  const standing = memory.verdicts.find((verdict) => verdict.subjectKey === subjectKey);
  return standing === undefined ? atMs <= memory.settledMs : standing.labelKey === idKey(labelId) || standing.atMs > atMs;
}

function memoryIn(bytes: Uint8Array | null): LabelMemory | null {
  try {
    return bytes === null ? null : decodeDeviceState(bytes).labels;
  } catch {
    return null;
  }
}
