// Linear algebra of positive definite matrices, row-major.

/** Lower L with L L' = `matrix` `[n][n]` (Golub & Van Loan, Matrix Computations, 4.2). Throws RangeError where there is none. */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const root = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= root[i * n + k] * root[j * n + k];
      if (i === j && !(sum > 0)) throw new RangeError(`matrix: not positive definite in row ${i}`);
      root[i * n + j] = i === j ? Math.sqrt(sum) : sum / root[j * n + j];
    }
  }
  return root;
}

/** Replaces b by the x with L x = b. */
export function solveLower(root: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= root[i * n + k] * b[k];
    b[i] = sum / root[i * n + i];
  }
}
