// Run while an image is built, where there is no GPU: that the native part of a backend loads, and that the loader of this system finds
// the libraries it wants. Usage: assert-addon.mjs tensorflow|webgpu LIBRARY...
import { execFileSync } from 'node:child_process';
import util from 'node:util';

const [backend, ...libraries] = process.argv.slice(2);
const known = execFileSync('ldconfig', ['-p'], { encoding: 'utf8' });
const missing = libraries.filter((name) => !known.includes(`${name} `));
if (missing.length > 0) throw new Error(`${missing.join(', ')}: not known to the loader`);
if (backend === 'tensorflow') {
  // tfjs-node 4.22 calls a function that Node 23 took away.
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const { default: tf } = await import('@tensorflow/tfjs-node-gpu');
  const [product] = await tf.matMul(tf.tensor2d([[3]]), tf.tensor2d([[4]])).data();
  if (tf.getBackend() !== 'tensorflow' || product !== 12) throw new Error(`backend ${tf.getBackend()}, 3 x 4 = ${product}`);
} else {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]), userAgent: 'node' }, configurable: true });
  await import('@tensorflow/tfjs-backend-webgpu');
}
process.stdout.write(`${backend} loads\n`);
process.exit(0);
