// Noise that is a function of an index: any stretch of a signal can be had without the samples before it.
import { mix } from './random.ts';

/** A 32-bit number for every (key, index); index is a whole number >= 0 below 2^53. */
export function hashAt(key: number, index: number): number {
  return mix((index | 0) ^ mix((key + Math.imul(Math.floor(index / 2 ** 32), 0x9e3779b9)) | 0));
}

/** Uniform in [0, 1). */
export function uniformAt(key: number, index: number): number {
  return hashAt(key, index) / 2 ** 32;
}

/**
 * White noise of mean 0 and variance 1: the four bytes of a hash added up (kurtosis 2.7, at most 3.5 deviations), which is as near
 * to normal as a simulated sensor needs and costs a few nanoseconds.
 */
export function noiseAt(key: number, index: number): number {
  const bits = hashAt(key, index);
  return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) * byteSumScale;
}

/** Four independent bytes have a variance of 4 (256^2 - 1) / 12. */
const byteSumScale = 1 / Math.sqrt((256 * 256 - 1) / 3);

/**
 * Smooth noise of mean 0 and variance of about 0.5 at position `x` >= 0 (in units of its correlation length): white noise at
 * whole positions, joined by cosine arcs.
 */
export function smoothNoiseAt(key: number, x: number): number {
  const left = Math.floor(x);
  const blend = (1 - Math.cos(Math.PI * (x - left))) / 2;
  return noiseAt(key, left) * (1 - blend) + noiseAt(key, left + 1) * blend;
}
