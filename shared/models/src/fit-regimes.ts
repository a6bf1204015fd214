// Finds the operating regimes of a class: how many there are is decided on devices that were left out.
import type { Regimes } from '@tocsin/schemas';
import type { FleetDevice } from './fleet-moments.ts';
import { nestedCentres } from './regime-centres.ts';
import { contextPoints, regimeTable } from './regime-table.ts';
import { regimeOf } from './regimes.ts';

/** Most regimes that are tried, windows that are looked at (of the fleet and of a device), points that centres are found among. */
const regimesMax = 10;
const windowsMax = 8000;
const perDevice = { least: 24, most: 512 };
const pointsMax = 3000;
const folds = 4;
/** Nats per feature and window under which knowing the regime is not worth a table. */
const gainMin = 0.05;
const goldenRatio = 0.618_033_988_749_895;
/** Degrees of freedom of the Student t that windows are judged by: one strange window must not decide. */
const freedom = 4;

/**
 * Learns the regimes of a fleet in its `context` features, or undefined where there are none: no context, fewer than two devices, or no
 * number of regimes tells more of left-out devices' windows than one. Of all numbers within one standard error (over devices) of the
 * best the fewest are taken, and `previous`, the table in use, where it is among them: a device's memory then stays as it is. Windows
 * with a value that is not finite must be left out before. Deterministic.
 */
export function fitRegimes(
  devices: readonly FleetDevice[],
  d: number,
  context: readonly number[],
  previous?: Regimes,
): Regimes | undefined {
  const usable = devices.filter(({ n }) => n > 0);
  const most = Math.min(perDevice.most, Math.max(perDevice.least, Math.floor(windowsMax / usable.length)));
  const fleet = usable.map((device) => thinned(device, d, most));
  if (context.length === 0 || fleet.length < 2) return undefined;
  const known = previous !== undefined && isOf(previous, context, d) ? previous : undefined;
  const losses = lossesOf(fleet, d, context, known);
  const means = losses.byCount.map(meanOf);
  const best = means.indexOf(Math.min(...means));
  const isLevel = (at: readonly number[], margin: number): boolean => {
    const differences = at.map((loss, device) => loss - losses.byCount[best][device]);
    return meanOf(differences) <= Math.max(margin, standardError(differences));
  };
  if (isLevel(losses.byCount[0], gainMin)) return undefined;
  if (known !== undefined && isLevel(losses.known, 0)) return known;
  const fewest = losses.byCount.findIndex((loss) => isLevel(loss, 0));
  return tablesOf(fleet, d, context, fewest + 1).at(fewest);
}

/** Loss of every left-out device, by the number of regimes (the first entry is one) and under the table in use. */
function lossesOf(fleet: readonly FleetDevice[], d: number, context: readonly number[], known: Regimes | undefined) {
  const count = Math.min(folds, fleet.length);
  const byCount: number[][] = Array.from({ length: regimesMax }, () => []);
  const losses: number[] = [];
  for (let fold = 0; fold < count; fold++) {
    const rest = fleet.filter((_, at) => at % count !== fold);
    const tables = tablesOf(rest, d, context, regimesMax);
    for (const device of fleet.filter((_, at) => at % count === fold)) {
      // Where the context has fewer different values, more regimes are the same ones.
      byCount.forEach((loss, at) => loss.push(lossOf(tables[Math.min(at, tables.length - 1)], device, d)));
      if (known !== undefined) losses.push(lossOf(known, device, d));
    }
  }
  return { byCount, known: losses };
}

/** Tables for 1 to `most` regimes. */
function tablesOf(fleet: readonly FleetDevice[], d: number, context: readonly number[], most: number): Regimes[] {
  const place = contextPoints(fleet, d, context);
  const few = everySo(place.points, context.length, pointsMax);
  return nestedCentres(few, context.length, most).map((centres) => regimeTable(fleet, d, place, centres));
}

/**
 * Mean over windows and features of the negative log-likelihood under the regime's Student t, less constants; context features left
 * out.
 */
function lossOf(table: Regimes, { windows, n }: FleetDevice, d: number): number {
  const { location, scale, usual } = table;
  let sum = 0;
  let values = 0;
  for (let k = 0; k < n; k++) {
    const row = regimeOf(table, windows.subarray(k * d, (k + 1) * d));
    for (let j = 0; j < d; j++) {
      if (usual[j] === 0) continue;
      const at = row * d + j;
      const u = (windows[k * d + j] - location[at]) / scale[at];
      sum += Math.log(scale[at]) + ((freedom + 1) / 2) * Math.log1p((u * u) / freedom);
      values++;
    }
  }
  return values === 0 ? 0 : sum / values;
}

function isOf({ context, usual }: Regimes, wanted: readonly number[], d: number): boolean {
  return usual.length === d && context.length === wanted.length && context.every((j, i) => j === wanted[i]);
}

/** At most `windows` of a device, spread over its life. */
function thinned({ deviceId, windows, n }: FleetDevice, d: number, most: number): FleetDevice {
  return { deviceId, windows: everySo(windows, d, most), n: Math.min(n, most) };
}

/** At most `most` rows of `width`, spread over all; never in step with settings that take turns. */
function everySo<T extends Float32Array | Float64Array>(rows: T, width: number, most: number): T;
function everySo(rows: Float32Array | Float64Array, width: number, most: number): Float32Array | Float64Array {
  const n = rows.length / width;
  if (n <= most) return rows;
  const few = rows.slice(0, most * width);
  for (let i = 0; i < most; i++) {
    const at = Math.floor(((i + ((i * goldenRatio) % 1)) * n) / most) * width;
    few.set(rows.subarray(at, at + width), i * width);
  }
  return few;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length);
}
