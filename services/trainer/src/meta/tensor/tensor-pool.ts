// Episodes as tensors on a tfjs backend: uploaded once; a step sends parameters and positions in one piece and reads its slopes in one.
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of all operations, which tfjs-core alone does not do in Node.
import '@tensorflow/tfjs-layers';
import { checkLoss, type EpisodePool } from '../engine.ts';

/** Tensors whose first dimension is the episode. */
export type Episodes = Readonly<Record<string, tf.Tensor>>;

/** Values of all episodes of a pool, `[episodes, ...shape]`, by name. */
export type Upload = Readonly<Record<string, { shape: readonly number[]; values: Float32Array }>>;

/** Of these episodes: the sum of their losses, and its slopes by the parameters, `[parameters]`. */
export type StepOf = (parameters: tf.Tensor1D, episodes: Episodes) => { value: tf.Scalar; slopes: tf.Tensor };

/** `check` throws where the device has been lost, or has refused something, since it was loaded. */
export type Place = {
  check(): void;
  /** Tensors are no larger than this, and no larger than what a shader may see of one buffer. */
  tensorBytes: number;
  /** Episodes whose steps are taped at once, each with about 0.6 MB; more are summed up part by part. */
  tapedMax: number;
};

type Block = { from: number; count: number; episodes: Episodes };

/**
 * Uploads `count` episodes in blocks that fit any device. `prepare` derives further tensors on the device; `finish`
 * makes slopes of what was read.
 */
export function createTensorPool(
  count: number,
  upload: Upload,
  stepOf: StepOf,
  place: Place,
  { prepare = (episodes: Episodes) => episodes, finish = (slopes: Float64Array, _parameters: Float64Array) => slopes } = {},
): EpisodePool {
  const largest = Object.values(upload).reduce((most, { values }) => Math.max(most, (4 * values.length) / count), 1);
  const each = Math.max(1, Math.floor(Math.min(place.tensorBytes, bufferBytes(tf.backend())) / largest));
  const blocks: Block[] = [];
  for (let from = 0; from < count; from += each) {
    const size = Math.min(each, count - from);
    blocks.push({ from, count: size, episodes: tf.tidy(() => prepare(onDevice(upload, from, size, count))) });
  }
  return {
    async slopes(parameters, chosen) {
      const total = tf.tidy(() => sumOf(blocks, parameters, chosen, stepOf, place.tapedMax));
      const read = Float64Array.from(await total.data());
      total.dispose();
      place.check();
      const [loss] = read;
      checkLoss(loss);
      return { loss, slopes: finish(read.subarray(1), parameters) };
    },
    dispose: () => tf.dispose(blocks.map(({ episodes }) => Object.values(episodes))),
  };
}

/** 128 MiB is what WebGPU promises of every GPU; tfjs asks for all that its GPU has. */
function bufferBytes(backend: object): number {
  if (!('device' in backend)) return Number.POSITIVE_INFINITY;
  const { limits } = backend.device as { limits?: { maxStorageBufferBindingSize?: number } };
  return limits?.maxStorageBufferBindingSize ?? 128 * 2 ** 20;
}

function onDevice(upload: Upload, from: number, size: number, count: number): Episodes {
  const tensors = Object.entries(upload).map(([name, { shape, values }]): [string, tf.Tensor] => {
    const width = values.length / count;
    return [name, tf.tensor(values.subarray(from * width, (from + size) * width), [size, ...shape])];
  });
  return Object.fromEntries(tensors);
}

/** `[loss, ...slopes]`, means over what was chosen. */
function sumOf(
  blocks: readonly Block[],
  parameters: Float64Array,
  chosen: readonly number[],
  stepOf: StepOf,
  tapedMax: number,
): tf.Tensor {
  const parts = blocks.flatMap(({ from, count, episodes }) => {
    const inside = chosen.filter((at) => at >= from && at < from + count).map((at) => at - from);
    return Array.from({ length: Math.ceil(inside.length / tapedMax) }, (_, at) => ({
      episodes,
      positions: inside.slice(at * tapedMax, (at + 1) * tapedMax),
    }));
  });
  const sent = tf.tensor1d(Float32Array.of(...parameters, ...parts.flatMap(({ positions }) => positions)));
  const values = tf.slice(sent, [0], [parameters.length]);
  let at = parameters.length;
  let sum: tf.Tensor | null = null;
  for (const { episodes, positions } of parts) {
    const rows = tf.cast(tf.slice(sent, [at], [positions.length]), 'int32');
    at += positions.length;
    const before: tf.Tensor | null = sum;
    sum = tf.tidy(() => {
      const { value, slopes } = stepOf(values, gathered(episodes, rows));
      const found = tf.concat([tf.reshape(value, [1]), slopes]);
      return before === null ? found : tf.add(before, found);
    });
  }
  if (sum === null) throw new RangeError('chosen: none, expected at least one episode');
  return tf.div(sum, chosen.length);
}

function gathered(episodes: Episodes, rows: tf.Tensor1D): Episodes {
  return Object.fromEntries(Object.entries(episodes).map(([name, tensor]) => [name, tf.gather(tensor, rows)]));
}

/** The gradient that tfjs derives of a loss; parameters are one vector, so slopes come back as one. */
export function taped(loss: (parameters: tf.Tensor1D, episodes: Episodes) => tf.Scalar): StepOf {
  return (parameters, episodes) => {
    const { value, grad } = tf.valueAndGrad((vector: tf.Tensor) => loss(vector as tf.Tensor1D, episodes))(parameters);
    return { value, slopes: grad };
  };
}

/** A part of the parameters in this shape. */
export function part(parameters: tf.Tensor1D, from: number, shape: number[]): tf.Tensor {
  return tf.reshape(tf.slice(parameters, [from], [shape.reduce((product, length) => product * length, 1)]), shape);
}
