// What people said of alerts, windows and devices: who, when, what stands, and what was taken back. Bounded.
import { batchOf, type Label } from '@tocsin/schemas';

export type Said = Label & { undoes: string | null; isUndone: boolean; stands: boolean };

export type VerdictBook = {
  /** True where it was news. */
  add(label: Label): boolean;
  find(labelId: string): Said | null;
  /** On one subject of a device, by when it was said. */
  ofSubject(deviceId: string, subjectId: string): Said[];
  /** What stands on a subject: the latest that was not taken back. */
  standing(deviceId: string, subjectId: string): Said | null;
  /** What one answer said of many alerts; none where it is not known. */
  ofBatch(batchId: string): Said[];
  /** Labels of a batch that are known. */
  batchSize(batchId: string): number;
  /** Of one device or of all, newest first. */
  newest(limit: number, deviceId?: string): Said[];
  size(): number;
};

/** As many alerts as are known can be answered as one, taken back, and answered again. */
const labelsMax = 60_000;
const undoPattern = /^undo of (\S+)/;

/** The note of a label that takes another one back: labels have no field of their own for that, and everybody can read this. */
export function undoNote(labelId: string, note: string): string {
  return note === '' ? `undo of ${labelId}` : `undo of ${labelId}: ${note}`;
}

/** `Ada said false alarm, of an incident`. */
export function saidText({ labelId, who, verdict, note }: Label): string {
  const did = undoPattern.test(note) ? 'took a verdict back' : `said ${verdict.replace('-', ' ')}`;
  const about = batchOf(labelId)?.about;
  const whole = about === undefined ? '' : about === 'incident' ? ', of an incident' : ', of a group';
  return `${who === '' ? 'somebody' : who} ${did}${whole}`;
}

export function createVerdictBook(): VerdictBook {
  /** Oldest first, by when they were read. */
  const labels = new Map<string, Label>();
  /** Whoever names an alert of another device says nothing of it. */
  const bySubject = new Map<string, Label[]>();
  const byBatch = new Map<string, Set<Label>>();

  function forgetOldest(): void {
    const [oldest] = labels.values();
    labels.delete(oldest.labelId);
    const key = keyOf(oldest.deviceId, oldest.subjectId);
    const rest = (bySubject.get(key) ?? []).filter((label) => label !== oldest);
    if (rest.length === 0) bySubject.delete(key);
    else bySubject.set(key, rest);
    const batchId = batchOf(oldest.labelId)?.batchId ?? '';
    const kin = byBatch.get(batchId);
    kin?.delete(oldest);
    if (kin?.size === 0) byBatch.delete(batchId);
  }

  const ofSubject = (deviceId: string, subjectId: string): Said[] => judged(bySubject.get(keyOf(deviceId, subjectId)) ?? []);
  const asSaid = ({ deviceId, subjectId, labelId }: Label): Said =>
    ofSubject(deviceId, subjectId).find((one) => one.labelId === labelId)!;
  return {
    add(label) {
      if (labels.has(label.labelId)) return false;
      labels.set(label.labelId, label);
      const key = keyOf(label.deviceId, label.subjectId);
      bySubject.set(key, [...(bySubject.get(key) ?? []), label].sort(later));
      const batch = batchOf(label.labelId);
      if (batch !== null) byBatch.set(batch.batchId, (byBatch.get(batch.batchId) ?? new Set()).add(label));
      if (labels.size > labelsMax) forgetOldest();
      return true;
    },
    find(labelId) {
      const label = labels.get(labelId);
      return label === undefined ? null : asSaid(label);
    },
    ofSubject,
    standing: (deviceId, subjectId) => ofSubject(deviceId, subjectId).find(({ stands }) => stands) ?? null,
    ofBatch: (batchId) => [...(byBatch.get(batchId) ?? [])].map(asSaid),
    batchSize: (batchId) => byBatch.get(batchId)?.size ?? 0,
    newest(limit, deviceId) {
      const wanted = [...labels.values()].filter((label) => deviceId === undefined || label.deviceId === deviceId);
      return wanted.sort(later).slice(-limit).reverse().map(asSaid);
    },
    size: () => labels.size,
  };
}

function keyOf(deviceId: string, subjectId: string): string {
  return `${deviceId.length} ${deviceId} ${subjectId}`;
}

function judged(labels: readonly Label[]): Said[] {
  const undone = new Set<string>();
  const said = labels.map((label): Said => {
    const undoes = undoPattern.exec(label.note)?.[1].replace(/:$/, '') ?? null;
    if (undoes !== null) undone.add(undoes);
    return { ...label, undoes, isUndone: false, stands: false };
  });
  for (const label of said) label.isUndone = undone.has(label.labelId);
  const last = said.findLast(isStanding);
  if (last !== undefined) last.stands = true;
  return said;
}

/** An undo is no opinion of its own: what stands is what stood before. */
export function isStanding({ undoes, isUndone }: Pick<Said, 'undoes' | 'isUndone'>): boolean {
  return undoes === null && !isUndone;
}

/** Scorers break ties by a hash; here it is enough that everybody sees the same order. */
function later(one: Label, two: Label): number {
  return one.atMs - two.atMs || (one.labelId < two.labelId ? -1 : 1);
}
