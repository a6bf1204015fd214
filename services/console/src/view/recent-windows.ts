// Windows whole, with their features, as long as there is room: what an explanation of one that is not the newest is made of.
import type { ScoredWindow } from '@tocsin/schemas';

export type RecentWindows = { keep(scored: ScoredWindow): void; find(windowId: string): ScoredWindow | null; bytes(): number };

/** Beside its features a window takes some six hundred bytes. */
const overheadBytes = 600;
/** The way is cut off behind so many that have gone. */
const goneMax = 4096;

/** Keeps the newest `bytesMax` of what it is given, and of one id the newest. */
export function createRecentWindows(bytesMax: number): RecentWindows {
  const windows = new Map<string, ScoredWindow>();
  // A map knows its oldest entry, too, but looks for it among all that have been deleted: thousands of steps for every window.
  let queue: ScoredWindow[] = [];
  let gone = 0;
  let bytes = 0;
  const sizeOf = ({ features }: ScoredWindow) => features.byteLength + overheadBytes;

  function forgetOldest(): void {
    const oldest = queue[gone];
    gone += 1;
    bytes -= sizeOf(oldest);
    // One that was amended lies further behind once more.
    if (windows.get(oldest.windowId) === oldest) windows.delete(oldest.windowId);
    if (gone < goneMax) return;
    queue = queue.slice(gone);
    gone = 0;
  }

  return {
    keep(scored) {
      windows.set(scored.windowId, scored);
      queue.push(scored);
      bytes += sizeOf(scored);
      while (bytes > bytesMax) forgetOldest();
    },
    find: (windowId) => windows.get(windowId) ?? null,
    bytes: () => bytes,
  };
}
