// The samples of windows that opened an alert, as far as the store still has them.
import { decodeKeptWindow } from '@tocsin/models';
import { keptWindowKey, type KeptWindow } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { WaveformView } from '../api/window-api.ts';

export type WaveformDesk = {
  /** Windows that were kept of these alerts, by when they began; none where the store does not answer. */
  ofAlerts(deviceId: string, alertIds: readonly string[]): Promise<KeptWindow[]>;
};

export function createWaveformDesk(store: Pick<StateStore, 'getMany'>): WaveformDesk {
  return {
    async ofAlerts(deviceId, alertIds) {
      if (alertIds.length === 0) return [];
      const keys = [...new Set(alertIds.map((alertId) => keptWindowKey(deviceId, alertId)))];
      const values = await store.getMany(keys).catch(() => []);
      return values
        .flatMap((value) => readable(value) ?? [])
        .filter((kept) => kept.deviceId === deviceId && alertIds.includes(kept.alertId))
        .sort((one, two) => one.startMs - two.startMs);
    },
  };
}

function readable(value: Uint8Array | null): KeptWindow | null {
  try {
    return value === null ? null : decodeKeptWindow(value);
  } catch {
    return null;
  }
}

export function waveformViewOf({ rateHz, startMs, alertId, channels, samples }: KeptWindow): WaveformView {
  const count = channels.length === 0 ? 0 : samples.length / channels.length;
  const shown = (value: number) => Number(value.toPrecision(6));
  return {
    rateHz,
    startMs,
    alertId,
    channels: channels.map((name, c) => ({
      name,
      samples: Array.from(samples.subarray(c * count, (c + 1) * count), shown),
    })),
  };
}
