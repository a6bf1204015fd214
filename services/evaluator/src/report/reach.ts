// The goals that the product is held to, and what was found: the summary at the top of the page and in the JSON. Pure.
import { featuredMethod, ingredients, labelFreeMethod } from './featured.ts';
import { macroSets, type EvaluationReport, type Row } from './evaluation-report.ts';

/** `found` is null where nothing was measured; `detail` says where, and by what, for people. */
export type ReachLine = {
  goal: string;
  method: string | null;
  atLeast: number | null;
  atMost: number | null;
  found: number | null;
  isReached: boolean | null;
  detail: string;
};

type Measured = Omit<EvaluationReport, 'reach'>;
type Found = { found: number; detail: string };

const shots = 10;
const vibrationHz = 100;

/** Goals on AUROC are differences to the best detector from scratch (the bar) at K = 10, those on false alarms shares of normal windows. */
export function reachLines(report: Measured): ReachLine[] {
  const method = featuredMethod(report);
  const line = (goal: string, limit: { atLeast?: number; atMost?: number }, found: Found | null, by = method): ReachLine => {
    const { atLeast = null, atMost = null } = limit;
    const value = found?.found ?? null;
    const isReached = value === null ? null : (atLeast === null || value >= atLeast) && (atMost === null || value <= atMost);
    return { goal, method: by, atLeast, atMost, found: value, isReached, detail: found?.detail ?? 'not measured' };
  };
  const free = labelFreeMethod(report);
  const rates = { vibration: worstRate(report, method, true), slow: worstRate(report, method, false) };
  return [
    line('over the bar without labels, mean over sets', { atLeast: 0 }, overBar(report, free, 0), free),
    line('over the bar without labels, worst set', { atLeast: -0.02 }, worstSet(report, free), free),
    line('over the bar with labels of other devices', { atLeast: 0.03 }, overBar(report, method, 0)),
    line('over the bar with one label of the device itself', { atLeast: 0.05 }, overBar(report, method, 1)),
    line('over the bar with five labels of the device itself', { atLeast: 0.07 }, overBar(report, method, 5)),
    line('over the bar on the worst set', { atLeast: -0.02 }, worstSet(report, method)),
    line('over its best ingredient on the worst set', { atLeast: -0.01 }, worstIngredient(report, method)),
    line('AUROC in several operating conditions (cmapss FD002, K = 5)', { atLeast: 0.98 }, conditions(report, method)),
    line('over the bar on short raw windows, worst set and K', { atLeast: 0 }, shortWindows(report, method)),
    line('false alarms at a budget of 1 %, worst vibration set', { atMost: 0.02 }, rates.vibration),
    line('false alarms at a budget of 1 %, worst other set', { atMost: 0.04 }, rates.slow),
  ];
}

/** Best set of the featured method and of its ingredients: `difference` is null where one of them has no figure. */
export function ingredientRows(
  report: Measured,
): { set: string; best: Row | null; own: Row | null; difference: number | null }[] {
  const method = featuredMethod(report);
  const parts = ingredients(report);
  return report.sets.map(({ name: set }) => {
    const here = report.rows.filter((row) => row.set === set && row.shots === shots && row.anomalies === 0);
    const own = here.find((row) => row.method === method && row.figures.auroc !== null) ?? null;
    const known = here.filter((row) => parts.includes(row.method) && row.method !== method && row.figures.auroc !== null);
    const best = known.toSorted((one, two) => aurocOf(two) - aurocOf(one))[0] ?? null;
    return { set, best, own, difference: best === null || own === null ? null : aurocOf(own) - aurocOf(best) };
  });
}

function overBar({ comparisons }: Measured, method: string | null, anomalies: number): Found | null {
  const found = comparisons.find(
    (entry) => entry.set === null && entry.method === method && entry.shots === shots && entry.anomalies === anomalies,
  );
  if (found === undefined) return null;
  const { mean, low, high } = found.difference;
  return { found: mean, detail: `95 % interval over ${found.devices} devices ${low.toFixed(3)} to ${high.toFixed(3)}` };
}

function worstSet(report: Measured, method: string | null): Found | null {
  const sets = macroSets(report.sets);
  return leastOf(
    report.comparisons
      .filter((entry) => entry.method === method && entry.shots === shots && entry.anomalies === 0)
      .flatMap(({ set, difference }) => (set === null || !sets.includes(set) ? [] : [{ found: difference.mean, detail: set }])),
  );
}

function worstIngredient(report: Measured, method: string | null): Found | null {
  return leastOf(
    ingredientRows(report).flatMap(({ set, best, difference }) =>
      method === null || difference === null ? [] : [{ found: difference, detail: `${set}, to ${best?.method}` }],
    ),
  );
}

function conditions({ rows }: Measured, method: string | null): Found | null {
  const row = rows.find(
    (entry) => entry.set === 'cmapss' && entry.method === method && entry.shots === 5 && entry.anomalies === 0,
  );
  const found = row?.byGroup['FD002'] ?? null;
  return found === null ? null : { found, detail: `${row?.devices.length} engines of all groups judged` };
}

function shortWindows({ comparisons }: Measured, method: string | null): Found | null {
  return leastOf(
    comparisons
      .filter((entry) => entry.method === method && entry.anomalies === 0 && /^(gearbox|femto-raw)-\d+$/.test(entry.set ?? ''))
      .map((entry) => ({ found: entry.difference.mean, detail: `${entry.set} at K = ${entry.shots}` })),
  );
}

function worstRate(report: Measured, method: string | null, isVibration: boolean): Found | null {
  const sets = report.sets.filter(({ classes }) => classes.some(({ rateHz }) => rateHz >= vibrationHz) === isVibration);
  const rates = report.rows
    .filter((row) => row.method === method && row.shots === shots && row.anomalies === 0)
    .flatMap(({ set, figures: { falsePositiveRate } }) =>
      falsePositiveRate === null || !sets.some(({ name }) => name === set) ? [] : [{ found: falsePositiveRate, detail: set }],
    );
  return rates.toSorted((one, two) => two.found - one.found)[0] ?? null;
}

function leastOf(found: readonly Found[]): Found | null {
  return found.toSorted((one, two) => one.found - two.found)[0] ?? null;
}

function aurocOf({ figures }: Row): number {
  return figures.auroc ?? Number.NaN;
}
