// For tests: seeded episodes of heads and of weights, of different sizes, with and without known anomalies.
import { fitFleet, type HeadEpisode } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { normal, type Random } from '../random.ts';
import { weightEpisode, type WeightEpisode } from './weight-episode.ts';

export function drawnEpisode(random: Random, width: number, normals: number, anomalies: number, queries: number): HeadEpisode {
  const values = (length: number, shift = 0): Float64Array => Float64Array.from({ length }, () => shift + 0.5 * normal(random));
  return {
    supportInputs: values(normals * width),
    supportBase: values(normals, -1),
    anomalyInputs: values(anomalies * width, 0.5),
    anomalyBase: values(anomalies, 1),
    queryInputs: values(queries * width, 0.1),
    queryBase: values(queries),
    queryLabels: Uint8Array.from({ length: queries }, (_, row) => row % 2),
  };
}

/** Mixed shots, as training draws them. */
export function drawnEpisodes(random: Random, count: number, width: number): HeadEpisode[] {
  return Array.from({ length: count }, (_, at) => drawnEpisode(random, width, [5, 10, 20, 3][at % 4], at % 3, 6 + (at % 5)));
}

/** A fleet's initialisation and episodes of its devices, some of which are steadier than it and one of which has no support. */
export function drawnWeights(random: Random, count: number, d: number): { start: Initialisation; pool: WeightEpisode[] } {
  const windows = (n: number, centre: number, spread: number): Float32Array[] =>
    Array.from({ length: n }, () => Float32Array.from({ length: d }, (_, j) => (j === 1 ? 3 : centre + spread * normal(random))));
  const fleet = Array.from({ length: 6 }, (_, i) => {
    const rows = windows(30, normal(random), 0.3 + 0.2 * i);
    return { deviceId: `device-${i}`, n: rows.length, windows: Float32Array.from(rows.flatMap((row) => [...row])) };
  });
  const fitted = fitFleet(fleet, d);
  const moved = (values: Float64Array): Float64Array => values.map((value) => value * Math.exp(0.3 * normal(random)));
  const start = { ...fitted, omega: moved(fitted.omega), kappa: moved(fitted.kappa), nu: moved(fitted.nu) };
  const pool = Array.from({ length: count }, (_, at) => {
    const [centre, spread] = [normal(random), 0.3 + 0.2 * (at % 6)];
    const support = windows([5, 1, 20, 0][at % 4], centre, spread);
    return weightEpisode(start, {
      deviceId: '',
      support,
      normals: windows(6, centre, spread),
      anomalies: windows(3 + (at % 3), centre + 2, spread),
    });
  });
  return { start, pool };
}
