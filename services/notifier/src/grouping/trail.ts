// How far a partition of alerts may be committed: what was read lately may still wait to be told, and is read again should the store
// lose it together with the process.

export type Trail = {
  /** Notes that all before `next` was taken; what may be committed now, null for nothing new. */
  taken(of: { partition: number; epoch: number }, next: number): number | null;
};

type Taken = { next: number; atMs: number };

export function createTrail(waitMs: number, now: () => number): Trail {
  const partitions = new Map<number, { epoch: number; taken: Taken[] }>();
  return {
    taken({ partition, epoch }, next) {
      const known = partitions.get(partition);
      const { taken } = known?.epoch === epoch ? known : { taken: [] };
      const atMs = now();
      const isOver = (each: Taken) => Math.abs(atMs - each.atMs) > waitMs;
      const over = taken.findLast(isOver)?.next ?? null;
      partitions.set(partition, { epoch, taken: [...taken.filter((each) => !isOver(each)), { next, atMs }] });
      return over;
    },
  };
}
