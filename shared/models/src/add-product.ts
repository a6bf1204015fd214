// The matrix product that learning spends its time in. Plain float64.

/**
 * Adds A B' to `into` (`[rows][columns]`), with A = `a` (`[rows][inner]`) and B = `b` (`[columns][inner]`), row-major. Terms of a sum are
 * added in order, so the result is that of the plain triple loop to the last bit. Four rows by two columns at a time: every value that
 * is read is used several times, and the sums stay in registers; about four times as fast as row by row.
 */
export function addProduct(
  into: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  columns: number,
  inner: number,
): void {
  const wholeRows = rows - (rows % 4);
  const wholeColumns = columns - (columns % 2);
  for (let row = 0; row < wholeRows; row += 4) {
    for (let column = 0; column < wholeColumns; column += 2) addTile(into, a, b, row, column, columns, inner);
    if (wholeColumns < columns) for (let i = row; i < row + 4; i++) addCell(into, a, b, i, wholeColumns, columns, inner);
  }
  for (let row = wholeRows; row < rows; row++) {
    for (let column = 0; column < columns; column++) addCell(into, a, b, row, column, columns, inner);
  }
}

/** `matrix` (`[rows][columns]`) with rows and columns exchanged. */
export function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  }
  return result;
}

function addTile(
  into: Float64Array,
  a: Float64Array,
  b: Float64Array,
  row: number,
  column: number,
  columns: number,
  inner: number,
): void {
  const [a0, a1, a2, a3] = [row * inner, (row + 1) * inner, (row + 2) * inner, (row + 3) * inner];
  const [b0, b1] = [column * inner, (column + 1) * inner];
  const at0 = row * columns + column;
  const at1 = at0 + columns;
  const at2 = at1 + columns;
  const at3 = at2 + columns;
  let s00 = into[at0];
  let s01 = into[at0 + 1];
  let s10 = into[at1];
  let s11 = into[at1 + 1];
  let s20 = into[at2];
  let s21 = into[at2 + 1];
  let s30 = into[at3];
  let s31 = into[at3 + 1];
  for (let t = 0; t < inner; t++) {
    const x = b[b0 + t];
    const y = b[b1 + t];
    s00 += a[a0 + t] * x;
    s01 += a[a0 + t] * y;
    s10 += a[a1 + t] * x;
    s11 += a[a1 + t] * y;
    s20 += a[a2 + t] * x;
    s21 += a[a2 + t] * y;
    s30 += a[a3 + t] * x;
    s31 += a[a3 + t] * y;
  }
  into[at0] = s00;
  into[at0 + 1] = s01;
  into[at1] = s10;
  into[at1 + 1] = s11;
  into[at2] = s20;
  into[at2 + 1] = s21;
  into[at3] = s30;
  into[at3 + 1] = s31;
}

function addCell(
  into: Float64Array,
  a: Float64Array,
  b: Float64Array,
  row: number,
  column: number,
  columns: number,
  inner: number,
): void {
  let sum = into[row * columns + column];
  for (let t = 0; t < inner; t++) sum += a[row * inner + t] * b[column * inner + t];
  into[row * columns + column] = sum;
}
