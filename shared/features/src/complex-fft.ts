// A complex FFT for powers of two, written for windows of 16 to 8,192 samples: no allocation per call, no dependencies.

/** Transforms `re` and `im` in place: X[k] = sum_n x[n] exp(-2 pi i k n / size), not scaled. */
export type ComplexFft = (re: Float64Array, im: Float64Array) => void;

/**
 * Plans an FFT of `size` points, a power of two from 1 on. Stockham autosort, decimation in frequency, radix 4 with one radix-2
 * pass where needed: no bit reversal, reads and writes in order (Van Loan, Computational Frameworks for the FFT, 1992, 1.7).
 * For the inverse, swap the two arguments and divide by `size`. Error about 1e-16 log2(size), relative to the largest bin.
 */
export function createComplexFft(size: number): ComplexFft {
  if (!isPowerOfTwo(size)) throw new Error(`size ${size}: expected a power of two`);
  const passes = planPasses(size);
  const workRe = new Float64Array(size);
  const workIm = new Float64Array(size);

  return (re, im) => {
    let fromRe = re;
    let fromIm = im;
    let toRe: Float64Array = workRe;
    let toIm: Float64Array = workIm;
    for (let i = 0; i < passes.length; i++) {
      const pass = passes[i];
      if (pass.radix === 2) radix2Pass(pass, fromRe, fromIm, toRe, toIm);
      else radix4Pass(pass, fromRe, fromIm, toRe, toIm);
      const spareRe = fromRe;
      const spareIm = fromIm;
      fromRe = toRe;
      fromIm = toIm;
      toRe = spareRe;
      toIm = spareIm;
    }
    if (fromRe !== re) {
      re.set(fromRe);
      im.set(fromIm);
    }
  };
}

export function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && Number.isInteger(Math.log2(value));
}

/** `stride` interleaved transforms of radix * `legs` points each; `twiddles` holds w, w^2, w^3 (re, im) per leg. */
type Pass = { radix: 2 | 4; legs: number; stride: number; twiddles: Float64Array };

function planPasses(size: number): Pass[] {
  const passes: Pass[] = [];
  for (let span = size, stride = 1; span > 1;) {
    const radix = span === 2 ? 2 : 4;
    const legs = span / radix;
    const twiddles = new Float64Array(6 * legs);
    for (let p = 0; p < legs; p++) {
      for (let power = 1; power <= 3; power++) {
        twiddles[6 * p + 2 * power - 2] = Math.cos((2 * Math.PI * p * power) / span);
        twiddles[6 * p + 2 * power - 1] = -Math.sin((2 * Math.PI * p * power) / span);
      }
    }
    passes.push({ radix, legs, stride, twiddles });
    span /= radix;
    stride *= radix;
  }
  return passes;
}

function radix2Pass({ stride }: Pass, re: Float64Array, im: Float64Array, outRe: Float64Array, outIm: Float64Array): void {
  for (let q = 0; q < stride; q++) {
    const r = q + stride;
    const aRe = re[q];
    const aIm = im[q];
    const bRe = re[r];
    const bIm = im[r];
    outRe[q] = aRe + bRe;
    outIm[q] = aIm + bIm;
    outRe[r] = aRe - bRe;
    outIm[r] = aIm - bIm;
  }
}

function radix4Pass(pass: Pass, re: Float64Array, im: Float64Array, outRe: Float64Array, outIm: Float64Array): void {
  const { legs, stride, twiddles } = pass;
  const quarter = legs * stride;
  for (let p = 0; p < legs; p++) {
    const w1Re = twiddles[6 * p];
    const w1Im = twiddles[6 * p + 1];
    const w2Re = twiddles[6 * p + 2];
    const w2Im = twiddles[6 * p + 3];
    const w3Re = twiddles[6 * p + 4];
    const w3Im = twiddles[6 * p + 5];
    const end = (p + 1) * stride;
    let to = 4 * p * stride;
    for (let i0 = p * stride; i0 < end; i0++, to++) {
      const i1 = i0 + quarter;
      const i2 = i1 + quarter;
      const i3 = i2 + quarter;
      const x0Re = re[i0];
      const x0Im = im[i0];
      const x1Re = re[i1];
      const x1Im = im[i1];
      const x2Re = re[i2];
      const x2Im = im[i2];
      const x3Re = re[i3];
      const x3Im = im[i3];
      const aRe = x0Re + x2Re;
      const aIm = x0Im + x2Im;
      const bRe = x0Re - x2Re;
      const bIm = x0Im - x2Im;
      const cRe = x1Re + x3Re;
      const cIm = x1Im + x3Im;
      // -i (x1 - x3)
      const dRe = x1Im - x3Im;
      const dIm = x3Re - x1Re;
      const y1Re = bRe + dRe;
      const y1Im = bIm + dIm;
      const y2Re = aRe - cRe;
      const y2Im = aIm - cIm;
      const y3Re = bRe - dRe;
      const y3Im = bIm - dIm;
      outRe[to] = aRe + cRe;
      outIm[to] = aIm + cIm;
      outRe[to + stride] = y1Re * w1Re - y1Im * w1Im;
      outIm[to + stride] = y1Re * w1Im + y1Im * w1Re;
      outRe[to + 2 * stride] = y2Re * w2Re - y2Im * w2Im;
      outIm[to + 2 * stride] = y2Re * w2Im + y2Im * w2Re;
      outRe[to + 3 * stride] = y3Re * w3Re - y3Im * w3Im;
      outIm[to + 3 * stride] = y3Re * w3Im + y3Im * w3Re;
    }
  }
}
