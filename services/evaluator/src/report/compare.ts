// Every method against the bar of its set: the best detector from scratch, device by device. Pure.
import { createRandom } from '@tocsin/signals';
import { bootstrapMean } from '../metrics/bootstrap.ts';
import type { Role } from '../runner/run-evaluation.ts';
import type { Bar, Comparison, Row } from './evaluation-report.ts';

/** The bar is chosen on the judged devices themselves, so it is higher than any detector one could have chosen before. */
export function barsOf(rows: readonly Row[], methods: readonly { name: string; role: Role }[]): Bar[] {
  const scratch = new Set(methods.filter(({ role }) => role === 'scratch').map(({ name }) => name));
  const bars = new Map<string, Bar>();
  for (const { set, method, shots, anomalies, figures } of rows) {
    if (!scratch.has(method) || figures.auroc === null) continue;
    const place = `${set}/${shots}/${anomalies}`;
    const best = bars.get(place);
    if (best === undefined || figures.auroc > best.auroc)
      bars.set(place, { set, method, shots, anomalies, auroc: figures.auroc });
  }
  return [...bars.values()];
}

/** Paired differences per set and over the sets `macro` in which both have figures; intervals over devices. */
export function compareWithBars(rows: readonly Row[], bars: readonly Bar[], macro: readonly string[]): Comparison[] {
  const comparisons: Comparison[] = [];
  const places = new Map<string, { at: Omit<Comparison, 'difference' | 'devices' | 'set'>; groups: number[][] }>();
  for (const row of rows) {
    const { set, method, shots, anomalies } = row;
    const differences = pairedDifferences(row, rows, bars);
    if (differences.length === 0) continue;
    const difference = bootstrapMean([differences], createRandom(1));
    if (difference !== null) comparisons.push({ set, method, shots, anomalies, devices: differences.length, difference });
    if (!macro.includes(set)) continue;
    const place = `${method}/${shots}/${anomalies}`;
    const known = places.get(place) ?? { at: { method, shots, anomalies }, groups: [] };
    known.groups.push(differences);
    places.set(place, known);
  }
  for (const { at, groups } of places.values()) {
    const difference = bootstrapMean(groups, createRandom(1));
    const devices = groups.reduce((sum, group) => sum + group.length, 0);
    if (difference !== null) comparisons.push({ ...at, set: null, devices, difference });
  }
  return comparisons;
}

/** AUROC of a row's devices minus that of the bar on them. */
function pairedDifferences(row: Row, rows: readonly Row[], bars: readonly Bar[]): number[] {
  const isHere = (other: { set: string; shots: number; anomalies: number }): boolean =>
    other.set === row.set && other.shots === row.shots && other.anomalies === row.anomalies;
  const bar = bars.find(isHere);
  const barRow = rows.find((other) => isHere(other) && other.method === bar?.method);
  return row.devices.flatMap(({ deviceId, figures }) => {
    const other = barRow?.devices.find((device) => device.deviceId === deviceId)?.figures.auroc ?? null;
    return figures.auroc === null || other === null ? [] : [figures.auroc - other];
  });
}
