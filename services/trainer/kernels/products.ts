// AssemblyScript, not TypeScript: what the trainer's own engine spends its time in, four float32 at a time. All matrices are row-major
// and lie one after another in linear memory; columns are a multiple of 4. `npm run kernels` compiles this to src/meta/plain/kernels.ts.

/** Adds A B to `into` (`[rows][columns]`), with A = `a` (`[rows][inner]`) and B = `b` (`[inner][columns]`). */
export function addProduct(into: usize, a: usize, b: usize, rows: i32, columns: i32, inner: i32): void {
  addScaled(into, a, b, rows, columns, inner, (<usize>inner) << 2, 4);
}

/** Adds A' B to `into` (`[rows][columns]`), with A = `a` (`[inner][rows]`) and B = `b` (`[inner][columns]`). */
export function addTransposedProduct(into: usize, a: usize, b: usize, rows: i32, columns: i32, inner: i32): void {
  addScaled(into, a, b, rows, columns, inner, 4, (<usize>rows) << 2);
}

/** tanh of `count` values in place, a multiple of 4; a rational approximation to about 3e-7 (Eigen's generic_fast_tanh_float). */
export function tanh(at: usize, count: i32): void {
  const end = at + ((<usize>count) << 2);
  for (let p = at; p < end; p += 16) {
    const x = f32x4.max(f32x4.splat(-7.90531110763549805), f32x4.min(f32x4.splat(7.90531110763549805), v128.load(p)));
    const x2 = f32x4.mul(x, x);
    let up = f32x4.splat(-2.76076847742355e-16);
    up = f32x4.add(f32x4.mul(up, x2), f32x4.splat(2.00018790482477e-13));
    up = f32x4.add(f32x4.mul(up, x2), f32x4.splat(-8.60467152213735e-11));
    up = f32x4.add(f32x4.mul(up, x2), f32x4.splat(5.12229709037114e-8));
    up = f32x4.add(f32x4.mul(up, x2), f32x4.splat(1.48572235717979e-5));
    up = f32x4.add(f32x4.mul(up, x2), f32x4.splat(6.37261928875436e-4));
    up = f32x4.add(f32x4.mul(up, x2), f32x4.splat(4.89352455891786e-3));
    let down = f32x4.splat(1.19825839466702e-6);
    down = f32x4.add(f32x4.mul(down, x2), f32x4.splat(1.18534705686654e-4));
    down = f32x4.add(f32x4.mul(down, x2), f32x4.splat(2.268434632439e-3));
    down = f32x4.add(f32x4.mul(down, x2), f32x4.splat(4.89352518554385e-3));
    v128.store(p, f32x4.div(f32x4.mul(x, up), down));
  }
}

/** A's element of row i and inner t lies `i * byRow + t * byInner` bytes behind `a`. Four rows by eight columns stay in registers. */
function addScaled(into: usize, a: usize, b: usize, rows: i32, columns: i32, inner: i32, byRow: usize, byInner: usize): void {
  const stride = (<usize>columns) << 2;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let column = 0;
    for (; column + 8 <= columns; column += 8) {
      tile(
        into + <usize>row * stride + ((<usize>column) << 2),
        a + <usize>row * byRow,
        b + ((<usize>column) << 2),
        inner,
        stride,
        byRow,
        byInner,
      );
    }
    for (; column < columns; column += 4) {
      for (let i = 0; i < 4; i++)
        strip(
          into + <usize>(row + i) * stride + ((<usize>column) << 2),
          a + <usize>(row + i) * byRow,
          b + ((<usize>column) << 2),
          inner,
          stride,
          byInner,
        );
    }
  }
  for (; row < rows; row++) {
    for (let column = 0; column < columns; column += 4)
      strip(
        into + <usize>row * stride + ((<usize>column) << 2),
        a + <usize>row * byRow,
        b + ((<usize>column) << 2),
        inner,
        stride,
        byInner,
      );
  }
}

function tile(into: usize, a: usize, b: usize, inner: i32, stride: usize, byRow: usize, byInner: usize): void {
  const into1 = into + stride;
  const into2 = into1 + stride;
  const into3 = into2 + stride;
  let s00 = v128.load(into);
  let s01 = v128.load(into, 16);
  let s10 = v128.load(into1);
  let s11 = v128.load(into1, 16);
  let s20 = v128.load(into2);
  let s21 = v128.load(into2, 16);
  let s30 = v128.load(into3);
  let s31 = v128.load(into3, 16);
  let a1 = a + byRow;
  let a2 = a1 + byRow;
  let a3 = a2 + byRow;
  for (let t = 0; t < inner; t++) {
    const x = v128.load(b);
    const y = v128.load(b, 16);
    const f0 = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(f0, x));
    s01 = f32x4.add(s01, f32x4.mul(f0, y));
    const f1 = v128.load32_splat(a1);
    s10 = f32x4.add(s10, f32x4.mul(f1, x));
    s11 = f32x4.add(s11, f32x4.mul(f1, y));
    const f2 = v128.load32_splat(a2);
    s20 = f32x4.add(s20, f32x4.mul(f2, x));
    s21 = f32x4.add(s21, f32x4.mul(f2, y));
    const f3 = v128.load32_splat(a3);
    s30 = f32x4.add(s30, f32x4.mul(f3, x));
    s31 = f32x4.add(s31, f32x4.mul(f3, y));
    a += byInner;
    a1 += byInner;
    a2 += byInner;
    a3 += byInner;
    b += stride;
  }
  v128.store(into, s00);
  v128.store(into, s01, 16);
  v128.store(into1, s10);
  v128.store(into1, s11, 16);
  v128.store(into2, s20);
  v128.store(into2, s21, 16);
  v128.store(into3, s30);
  v128.store(into3, s31, 16);
}

function strip(into: usize, a: usize, b: usize, inner: i32, stride: usize, byInner: usize): void {
  let sum = v128.load(into);
  for (let t = 0; t < inner; t++) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a), v128.load(b)));
    a += byInner;
    b += stride;
  }
  v128.store(into, sum);
}
