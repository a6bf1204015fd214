// Clusters of points by the fast global k-means (Likas, Vlassis & Verbeek, Pattern Recognition 36, 2003): every further centre
// starts where it takes the most from the squared distances. No randomness, and no centre is spent on a lone outlier.

/** Points that a further centre may start from, of all distances, and sweeps until it has settled. */
const candidatesMax = 128;
const sweepsMax = 30;

/**
 * Centres `[R][c]` for R = 1 to `most`, of points `[n][c]`, n >= 1; fewer where there are no more different points. Squared
 * distances of equal weight in every dimension: scale the points first.
 */
export function nestedCentres(points: Float64Array, c: number, most: number): Float64Array[] {
  const n = points.length / c;
  const found: Float64Array[] = [settled(points, c, points.slice(0, c))];
  while (found.length < most) {
    const last = found[found.length - 1];
    const distances = Float64Array.from({ length: n }, (_, k) => nearest(last, c, points, k).squares);
    const start = bestStart(points, c, distances);
    if (start < 0) break;
    found.push(settled(points, c, Float64Array.of(...last, ...points.subarray(start * c, (start + 1) * c))));
  }
  return found;
}

/** Number of the centre nearest to point `k`, and its squared distance. */
export function nearest(centres: Float64Array, c: number, points: Float64Array, k: number): { at: number; squares: number } {
  let at = 0;
  let least = Infinity;
  for (let r = 0; r * c < centres.length; r++) {
    const squares = squaredDistance(centres, r, points, k, c);
    if (squares < least) {
      least = squares;
      at = r;
    }
  }
  return { at, squares: least };
}

/** The point whose centre would take most from `distances`; -1 where none takes anything. */
function bestStart(points: Float64Array, c: number, distances: Float64Array): number {
  const n = distances.length;
  const byDistance = Uint32Array.from({ length: n }, (_, k) => k).sort((one, two) => distances[one] - distances[two]);
  let best = -1;
  let most = 1e-9 * n;
  for (let candidate = Math.min(n, candidatesMax); candidate > 0; candidate--) {
    const from = byDistance[Math.floor((candidate * n) / Math.min(n, candidatesMax)) - 1];
    let taken = 0;
    for (let k = 0; k < n; k++) taken += Math.max(0, distances[k] - squaredDistance(points, from, points, k, c));
    if (taken > most) {
      most = taken;
      best = from;
    }
  }
  return best;
}

/** Lloyd's sweeps from a start; a centre that loses all its points stays where it is. */
function settled(points: Float64Array, c: number, start: Float64Array): Float64Array {
  const n = points.length / c;
  let centres = start;
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    const sums = new Float64Array(centres.length);
    const counts = new Float64Array(centres.length / c);
    for (let k = 0; k < n; k++) {
      const { at } = nearest(centres, c, points, k);
      counts[at] += 1;
      for (let i = 0; i < c; i++) sums[at * c + i] += points[k * c + i];
    }
    const moved = centres.map((value, i) => {
      const count = counts[Math.floor(i / c)];
      return count > 0 ? sums[i] / count : value;
    });
    if (moved.every((value, i) => Math.abs(value - centres[i]) < 1e-12)) return moved;
    centres = moved;
  }
  return centres;
}

function squaredDistance(ones: Float64Array, one: number, others: Float64Array, other: number, c: number): number {
  let sum = 0;
  for (let i = 0; i < c; i++) sum += (ones[one * c + i] - others[other * c + i]) ** 2;
  return sum;
}
