// Several ordered streams as one ordered stream, however many there are.
import type { ReplaySource, TimedRecord } from './timed-record.ts';

type Head = { source: number; item: TimedRecord; rest: AsyncIterator<TimedRecord> };

/** Yields every record of every source by rising `dueMs`; records due at the same time come in the order of their sources. */
export async function* mergeSources(sources: readonly ReplaySource[]): AsyncGenerator<TimedRecord> {
  const iterators = sources.map((source) => source.records[Symbol.asyncIterator]());
  try {
    const heads: Head[] = [];
    for (const [source, rest] of iterators.entries()) {
      const first = await rest.next();
      if (first.done !== true) heads.push({ source, item: first.value, rest });
    }
    heads.sort(latestFirst);
    for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
      yield head.item;
      const next = await head.rest.next();
      if (next.done !== true) insert(heads, { ...head, item: next.value });
    }
  } finally {
    // Readers of files are in there: whoever stops early closes them.
    for (const iterator of iterators) await iterator.return?.();
  }
}

function latestFirst(a: Head, b: Head): number {
  return b.item.dueMs - a.item.dueMs || b.source - a.source;
}

/** Keeps `heads` sorted with the next one last. */
function insert(heads: Head[], head: Head): void {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (latestFirst(heads[middle], head) <= 0) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, head);
}
