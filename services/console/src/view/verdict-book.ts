// What people said of alerts, windows and devices: who, when, what stands, and what was taken back. Bounded.
import type { Label } from '@tocsin/schemas';

export type Said = Label & { undoes: string | null; isUndone: boolean; stands: boolean };

export type VerdictBook = {
  /** True where it was news. */
  add(label: Label): boolean;
  find(labelId: string): Said | null;
  /** On one subject, by when it was said. */
  ofSubject(subjectId: string): Said[];
  /** What stands on a subject: the latest that was not taken back. */
  standing(subjectId: string): Said | null;
  /** Of one device or of all, newest first. */
  newest(limit: number, deviceId?: string): Said[];
  size(): number;
};

const labelsMax = 20_000;
const undoPattern = /^undo of (\S+)/;

/** The note of a label that takes another one back: labels have no field of their own for that, and everybody can read this. */
export function undoNote(labelId: string, note: string): string {
  return note === '' ? `undo of ${labelId}` : `undo of ${labelId}: ${note}`;
}

/** Why a label cannot be taken back; null where it can. */
export function undoRefusal({ isUndone, undoes, verdict }: Said): string | null {
  if (isUndone) return 'it has been taken back already';
  return undoes !== null || verdict === 'rollback' ? 'it cannot be taken back; say what is right instead' : null;
}

/** What an undo of `label` has to say: what stood before it, or, where nothing did, that nobody is sure. */
export function verdictWithout(book: VerdictBook, label: Label): Label['verdict'] {
  const before = book.ofSubject(label.subjectId).findLast((other) => isStanding(other) && other.labelId !== label.labelId);
  return before?.verdict ?? 'unsure';
}

export function createVerdictBook(): VerdictBook {
  /** Oldest first, by when they were read. */
  const labels = new Map<string, Label>();
  const bySubject = new Map<string, Label[]>();

  function forgetOldest(): void {
    const [oldest] = labels.values();
    labels.delete(oldest.labelId);
    const rest = (bySubject.get(oldest.subjectId) ?? []).filter((label) => label !== oldest);
    if (rest.length === 0) bySubject.delete(oldest.subjectId);
    else bySubject.set(oldest.subjectId, rest);
  }

  const ofSubject = (subjectId: string): Said[] => judged(bySubject.get(subjectId) ?? []);
  return {
    add(label) {
      if (labels.has(label.labelId)) return false;
      labels.set(label.labelId, label);
      const others = bySubject.get(label.subjectId) ?? [];
      bySubject.set(label.subjectId, [...others, label].sort(later));
      if (labels.size > labelsMax) forgetOldest();
      return true;
    },
    find(labelId) {
      const label = labels.get(labelId);
      return label === undefined ? null : ofSubject(label.subjectId).find((one) => one.labelId === labelId)!;
    },
    ofSubject,
    standing: (subjectId) => ofSubject(subjectId).find(({ stands }) => stands) ?? null,
    newest(limit, deviceId) {
      const wanted = [...labels.values()].filter((label) => deviceId === undefined || label.deviceId === deviceId);
      return wanted
        .sort(later)
        .slice(-limit)
        .reverse()
        .flatMap(({ subjectId, labelId }) => ofSubject(subjectId).filter((one) => one.labelId === labelId));
    },
    size: () => labels.size,
  };
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
function isStanding({ undoes, isUndone }: Said): boolean {
  return undoes === null && !isUndone;
}

/** Scorers break ties by a hash; here it is enough that everybody sees the same order. */
function later(one: Label, two: Label): number {
  return one.atMs - two.atMs || (one.labelId < two.labelId ? -1 : 1);
}
