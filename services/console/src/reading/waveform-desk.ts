// The samples of windows that opened an alert, as far as they were kept.
import type { StateStore } from '@tocsin/state';
import type { WaveformView } from '../api/window-api.ts';

export type WaveformDesk = {
  /** Of an alert or of a window; null where none was kept, or the store does not answer. */
  find(deviceId: string, subjectId: string): Promise<WaveformView | null>;
};

/** Nothing is kept yet. */
export function createWaveformDesk(_store: Pick<StateStore, 'getMany'>): WaveformDesk {
  return { find: async () => null };
}
