// Windows whole, with their features, as long as there is room: what an explanation of one that is not the newest is made of.
import type { ScoredWindow } from '@tocsin/schemas';

export type RecentWindows = { keep(scored: ScoredWindow): void; find(windowId: string): ScoredWindow | null; bytes(): number };

/** Beside its features a window takes some six hundred bytes. */
const overheadBytes = 600;

/** Keeps the newest `bytesMax` of what it is given, and of one id the newest. */
export function createRecentWindows(bytesMax: number): RecentWindows {
  const windows = new Map<string, ScoredWindow>();
  let bytes = 0;
  const sizeOf = ({ features }: ScoredWindow) => features.byteLength + overheadBytes;

  function forget(scored: ScoredWindow): void {
    windows.delete(scored.windowId);
    bytes -= sizeOf(scored);
  }

  return {
    keep(scored) {
      const before = windows.get(scored.windowId);
      if (before !== undefined) forget(before);
      windows.set(scored.windowId, scored);
      bytes += sizeOf(scored);
      for (const oldest of windows.values()) {
        if (bytes <= bytesMax) break;
        forget(oldest);
      }
    },
    find: (windowId) => windows.get(windowId) ?? null,
    bytes: () => bytes,
  };
}
