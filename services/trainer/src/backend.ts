// Where the outer step is computed. The only file that knows which backends there are; nothing is used that gets slopes wrong.
import { cpus } from 'node:os';
import type { DeviceKind, Loaded } from './backends/loaded.ts';
import { reasonOf } from './backends/reason-of.ts';
import type { Engine } from './meta/engine.ts';
import { selfTestError } from './meta/self-test.ts';
import { trialStepSeconds } from './meta/trial-step.ts';

export const backendNames = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

/** What is said of a backend. */
export type BackendInfo = {
  name: BackendName;
  device: DeviceKind;
  deviceName: string;
  /** Time of one second-order outer step on 32 episodes (d = 59, K = 20, 5 inner steps), measured at start; NaN for software, which takes minutes. */
  stepSeconds: number;
  /** One line for logs: what is used, and why nothing better. */
  description: string;
};

export type Backend = BackendInfo & { engine: Engine };

/** As the configuration has it. */
export type BackendWish = { backend: 'auto' | BackendName; requireGpu: boolean };

/** As `auto` tries them. Processors do best with our own engine; tfjs's is there for where that does not run. */
const preferred: readonly BackendName[] = ['tensorflow', 'webgpu', 'cpu', 'wasm'];
const gpuBackends: readonly BackendName[] = ['tensorflow', 'webgpu'];

/** Errors of slopes above this are not rounding. */
const errorMax = 1e-3;

const advice =
  'Install `npm install --no-save webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0` (a GPU of any vendor, with a Vulkan, Metal or ' +
  'Direct3D 12 driver) or `npm install --no-save @tensorflow/tfjs-node-gpu@4.22.0` (CUDA 11.8 and cuDNN 8), or set trainer.requireGpu to false.';

/**
 * Loads a backend, checks its slopes and times a step. `auto` takes the first that works of tensorflow and webgpu, each only with a real
 * GPU, then cpu and wasm; one that is named is taken, or the call rejects with the reason. `requireGpu`: rejects rather than take
 * anything but a GPU, and says what was tried and what to install.
 */
export async function selectBackend(wanted: 'auto' | BackendName, requireGpu = false): Promise<Backend> {
  const refused: string[] = [];
  const needsGpu = requireGpu || wanted === 'auto';
  const names = wanted === 'auto' ? preferred.filter((name) => !requireGpu || gpuBackends.includes(name)) : [wanted];
  for (const name of names) {
    try {
      const { engine, device, deviceName, via } = await activate(name);
      if (device !== 'gpu' && (requireGpu || (needsGpu && gpuBackends.includes(name))))
        throw new Error(`${deviceName} is ${device === 'software' ? 'software' : 'a processor'}, not a GPU`);
      const error = await selfTestError(engine);
      if (!(error <= errorMax)) throw new Error(`its slopes are off by ${error.toExponential(1)}, expected at most ${errorMax}`);
      const stepSeconds = device === 'software' ? Number.NaN : await trialStepSeconds(engine);
      const why = refused.length === 0 ? '' : `; not ${refused.join('; not ')}`;
      const timed = Number.isNaN(stepSeconds)
        ? 'not timed'
        : `an outer step of 32 episodes in ${(1000 * stepSeconds).toFixed(1)} ms`;
      const measured = `slopes right to ${error.toExponential(1)}, ${timed}`;
      const description = `${name} on ${device}: ${deviceName} (${via}; ${measured})${why}`;
      return { name, device, deviceName, stepSeconds, description, engine };
    } catch (error) {
      refused.push(`${name}: ${reasonOf(error)}`);
    }
  }
  const tried = refused.join('; ');
  if (requireGpu) throw new Error(`trainer.requireGpu: no GPU is usable (tried ${tried}). ${advice}`);
  throw new Error(`backend ${wanted}: none is usable (${tried})`);
}

/** Whether an engine still gets slopes right: a GPU may be gone. */
export async function isWorking(engine: Engine): Promise<boolean> {
  return selfTestError(engine).then(
    (error) => error <= errorMax,
    () => false,
  );
}

async function activate(name: BackendName): Promise<Loaded & { engine: Engine }> {
  if (name === 'cpu') {
    const { createSimdEngine } = await import('./meta/simd/simd-engine.ts');
    const deviceName = cpus()[0]?.model ?? 'processor';
    return { engine: createSimdEngine(), device: 'cpu', deviceName, via: 'own engine, WebAssembly SIMD', check() {} };
  }
  const tf = await import('@tensorflow/tfjs-core');
  // Keeps tfjs from advertising its native package on stderr.
  tf.env().set('PROD', true);
  const loaded = await (await loaderOf(name))();
  const { createTensorEngine } = await import('./meta/tensor/tensor-engine.ts');
  return { ...loaded, engine: createTensorEngine(loaded.check) };
}

async function loaderOf(name: Exclude<BackendName, 'cpu'>): Promise<() => Promise<Loaded>> {
  switch (name) {
    case 'tensorflow':
      return (await import('./backends/load-tensorflow.ts')).loadTensorflow;
    case 'webgpu':
      return (await import('./backends/load-webgpu.ts')).loadWebgpu;
    case 'wasm':
      return (await import('./backends/load-wasm.ts')).loadWasm;
  }
}
