// Float32 arrays that lie in WebAssembly memory, where kernels work on them four numbers at a time, and JavaScript as on any others.
import { kernelBytes } from './kernels.ts';

/** Matrices are row-major; columns, and what `tanh` is given, are multiples of 4. See services/trainer/kernels/products.ts. */
export type Arena = {
  /** Zeros, until the arena is cleared. Throws RangeError where more is asked for than it was created with. */
  floats(length: number): Float32Array;
  /** Adds A B to `into` (`[rows][columns]`). */
  addProduct(into: Float32Array, a: Float32Array, b: Float32Array, rows: number, columns: number, inner: number): void;
  /** Adds A' B to `into` (`[rows][columns]`), A being `[inner][rows]`. */
  addTransposedProduct(into: Float32Array, a: Float32Array, b: Float32Array, rows: number, columns: number, inner: number): void;
  tanh(values: Float32Array): void;
  readonly capacity: number;
  /** Takes all arrays back. */
  clear(): void;
};

type Kernel = (into: number, a: number, b: number, rows: number, columns: number, inner: number) => void;
type Kernels = { addProduct: Kernel; addTransposedProduct: Kernel; tanh(at: number, count: number): void };

/** What is used of it; the compiler only knows it together with a browser. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: object };
};

const pageBytes = 65_536;
const module = new WebAssembly.Module(Buffer.from(kernelBytes, 'base64'));

/** Up to a multiple of 4. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Room for so many floats, arrays rounded up to multiples of 4. At most 4 GB, which is what WebAssembly addresses. */
export function createArena(floats: number): Arena {
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil((4 * floats) / pageBytes)) });
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
  const capacity = memory.buffer.byteLength / 4;
  let used = 0;
  return {
    capacity,
    floats(length) {
      const from = used;
      used += padded(length);
      if (used > capacity) throw new RangeError(`arena: ${used} floats, expected at most ${capacity}`);
      return new Float32Array(memory.buffer, 4 * from, length);
    },
    addProduct: (into, a, b, rows, columns, inner) =>
      kernels.addProduct(into.byteOffset, a.byteOffset, b.byteOffset, rows, columns, inner),
    addTransposedProduct: (into, a, b, rows, columns, inner) =>
      kernels.addTransposedProduct(into.byteOffset, a.byteOffset, b.byteOffset, rows, columns, inner),
    tanh: (values) => kernels.tanh(values.byteOffset, values.length),
    clear() {
      new Float32Array(memory.buffer, 0, Math.min(used, capacity)).fill(0);
      used = 0;
    },
  };
}
