// Eigendecomposition of a real symmetric matrix. Meant for a few hundred rows, done once per fleet fit.

/** Sweeps after which Jacobi gives up; in practice eight are enough for 200 rows. */
const maxSweeps = 60;

/**
 * Cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, 8.5). `matrix` is `[n][n]` row-major, symmetric and
 * finite, and is left as it is. `values` fall; row i of `vectors` is the unit eigenvector of `values[i]`, its largest
 * element (the first such) positive, so that equal input gives equal output.
 */
export function symmetricEigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const rows = identity(n);
  for (let sweep = 0; sweep < maxSweeps && !isDiagonal(a, n); sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, rows, n, p, q);
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).toSorted((one, two) => a[two * n + two] - a[one * n + one] || one - two);
  const values = Float64Array.from(order, (i) => a[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    const row = rows.subarray(from * n, from * n + n);
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    vectors.set(largest < 0 ? row.map((value) => -value) : row, to * n);
  });
  return { values, vectors };
}

export function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
  return matrix;
}

function isDiagonal(a: Float64Array, n: number): boolean {
  let off = 0;
  let all = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const square = a[i * n + j] ** 2;
      all += square;
      if (i !== j) off += square;
    }
  }
  return off <= 1e-26 * all;
}

/** Zeroes a[p][q] by a rotation in the plane of p and q and applies it to the eigenvectors, which are kept as rows. */
function rotate(a: Float64Array, rows: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q];
  if (apq === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  rotatePair(a, p * n, q * n, 1, n, c, s);
  rotatePair(a, p, q, n, n, c, s);
  a[p * n + q] = 0;
  a[q * n + p] = 0;
  rotatePair(rows, p * n, q * n, 1, n, c, s);
}

/** Rotates two rows (stride 1) or two columns (stride n) into one another. */
function rotatePair(m: Float64Array, first: number, second: number, stride: number, n: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const i = first + k * stride;
    const j = second + k * stride;
    const x = m[i];
    const y = m[j];
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  }
}
