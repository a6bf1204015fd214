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
/** One answer may be about hundreds of devices, and some of them are switched off: who waits for long is looked for less often. */
const paces = [
  { upToMs: 15_000, everyMs: 0 },
  { upToMs: 2 * 60_000, everyMs: 3000 },
  { upToMs: patienceMs, everyMs: 20_000 },
] as const;
const knownMax = 20_000;

export function createLabelEffects(
  store: Pick<StateStore, 'getMany'>,
  now: () => number,
  onEffect: (label: Label) => void,
): LabelEffects {
  const waiting = new Map<string, Label>();
  const lookedMs = new Map<string, number>();
  const known = new Set<string>();
  let isLooking = false;

  async function look(): Promise<void> {
    const due = [...waiting.values()].filter(isDue);
    if (due.length === 0) return;
    const devices = [...new Set(due.map(({ deviceId }) => deviceId))];
    const values = await store.getMany(devices.map(deviceStateKey));
    const memories = new Map(devices.map((deviceId, i) => [deviceId, memoryIn(values[i])]));
    for (const label of due) {
      lookedMs.set(label.labelId, now());
      const memory = memories.get(label.deviceId) ?? null;
      if (memory !== null && isInEffect(memory, label)) {
        forget(label.labelId);
        known.add(label.labelId);
        const [oldest] = known;
        if (known.size > knownMax) known.delete(oldest);
        onEffect(label);
      } else if (now() - label.atMs > patienceMs) forget(label.labelId);
    }
  }

  function isDue({ labelId, atMs }: Label): boolean {
    const pace = paces.find(({ upToMs }) => now() - atMs <= upToMs);
    return pace === undefined || now() - (lookedMs.get(labelId) ?? -Infinity) >= pace.everyMs;
  }

  function forget(labelId: string): void {
    waiting.delete(labelId);
    lookedMs.delete(labelId);
  }

  return {
    watch(label) {
      if (now() - label.atMs > patienceMs || known.has(label.labelId)) return;
      waiting.set(label.labelId, label);
      const [oldest] = waiting.keys();
      if (waiting.size > waitingMax) forget(oldest);
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
