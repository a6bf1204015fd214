// A small seeded fleet of slow devices for tests: two channels that follow a device's own level and jump where something is wrong.
import { createFeatureSpec } from '@tocsin/features';
import type { FeatureSpec } from '@tocsin/schemas';
import { createRandom, normal } from '@tocsin/signals';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadRows, SourceDevice, SourceSet, Split } from './source.ts';

export const channels = ['a', 'b'];

export function slowSpec(names: readonly string[] = channels): FeatureSpec {
  const features = { kind: 'slow' as const, bands: 24, wavelet: false, envelope: false };
  const window = { samples: 8, hop: 4, latenessMs: 0, maxGapSamples: 1, minCoverage: 0.9 };
  return createFeatureSpec({ channels: names, rateHz: 1, window, features });
}

export type DevicePlan = { id: string; split: Split; trainRows?: number; faults?: readonly [number, number][] };

/** 200 rows at 1 Hz each, 80 of them for adaptation unless said otherwise; wrong in rows 140..179 unless said otherwise. */
export function slowSet(name: string, plans: readonly DevicePlan[], directory: string): SourceSet {
  const file = join(directory, `${name}.rows`);
  if (!existsSync(file)) writeFileSync(file, 'rows are made up');
  return {
    name,
    classes: { [name]: { channels, rateHz: 1, window: { samples: 8, hop: 4 }, supportWindows: 5 } },
    devices: plans.map(({ id, split, trainRows = 80, faults = [[140, 180]] }) => ({
      id,
      dataSet: name,
      deviceClass: name,
      group: id.slice(0, 1),
      split,
      rows: 200,
      trainRows,
      rateHz: 1,
      channels,
      startMs: 0,
      endMs: 200_000,
      truth: faults.map(([startRow, endRow]) => {
        return { kind: 'jump', ignore: false, startRow, endRow, startMs: 1000 * startRow, endMs: 1000 * endRow };
      }),
      file,
      format: 'csv',
      scale: [1, 1],
    })),
  };
}

export function fleetPlans(counts: Record<Split, number>, more: Partial<DevicePlan> = {}): DevicePlan[] {
  return Object.entries(counts).flatMap(([split, count]) =>
    Array.from({ length: count }, (_, i): DevicePlan => {
      const of = split === 'meta-test' || split === 'meta-validation' ? split : 'meta-train';
      return { id: `${split}-${i}`, split: of, ...more };
    }),
  );
}

/** The rows of such a device, in blocks of 50: equal ids give equal rows. Devices whose id holds `constant` never change. */
export const readSlowRows: ReadRows = async function* ({ id, rows, truth }: SourceDevice) {
  const random = createRandom([...id].reduce((sum, letter) => 31 * sum + (letter.codePointAt(0) ?? 0), 7));
  const level = [5 + normal(random), -3 + normal(random)];
  const isConstant = id.includes('constant');
  const isWrong = (row: number): boolean => truth.some(({ startRow, endRow }) => row >= startRow && row < endRow);
  for (let fromRow = 0; fromRow < rows; fromRow += 50) {
    const count = Math.min(50, rows - fromRow);
    const samples = Float32Array.from({ length: 2 * count }, (_, at) => {
      const row = fromRow + (at >> 1);
      return isConstant ? 1 : level[at % 2] + 0.3 * normal(random) + (isWrong(row) ? 3 : 0);
    });
    yield { fromRow, timesMs: Float64Array.from({ length: count }, (_, i) => 1000 * (fromRow + i)), samples };
  }
};
