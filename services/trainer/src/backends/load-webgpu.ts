// WebGPU in Node: Dawn (package `webgpu`) under tfjs's WebGPU backend. Any vendor's GPU with a Vulkan, Metal or Direct3D 12 driver.
import * as tf from '@tensorflow/tfjs-core';
import type { Loaded } from './loaded.ts';

/** What is used of a device that tfjs has opened. */
type Lost = { reason: string; message: string };
type Device = {
  lost: Promise<Lost>;
  addEventListener(type: 'uncapturederror', listen: (event: { error: { message: string } }) => void): void;
};

/** Programs that play a GPU. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i;

let gpu: ReturnType<(typeof import('webgpu'))['create']> | null = null;

/** Loads Dawn and the backend, which looks for `navigator.gpu` when it is imported. Throws where no adapter is found. */
export async function loadWebgpu(): Promise<Loaded> {
  const dawn = await import(/* @vite-ignore */ 'webgpu');
  // One for the thread: when Dawn is collected, its devices end under whoever uses them.
  gpu ??= dawn.create([]);
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no adapter; is there a Vulkan, Metal or Direct3D 12 driver?');
  await import(/* @vite-ignore */ '@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not initialise it');
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const deviceName = description || [vendor, architecture, device].filter((part) => part !== '').join(' ') || 'unnamed adapter';
  const isSoftware = isFallbackAdapter === true || softwareNames.test(`${architecture} ${device} ${description}`);
  return { device: isSoftware ? 'software' : 'gpu', deviceName, via: 'webgpu (Dawn)', check: watch(tf.backend()) };
}

/** What Dawn says of a device aside from any call: that it is gone, out of memory, or was asked for something invalid. */
function watch(backend: object): () => void {
  let trouble: string | null = null;
  if ('device' in backend && isDevice(backend.device)) {
    void backend.device.lost.then(({ reason, message }) => (trouble ??= `the GPU was lost (${reason}: ${message})`));
    backend.device.addEventListener('uncapturederror', ({ error }) => (trouble ??= `the GPU refused (${error.message})`));
  }
  return () => {
    if (trouble !== null) throw new Error(trouble);
  };
}

function isDevice(device: unknown): device is Device {
  return typeof device === 'object' && device !== null && 'lost' in device && 'addEventListener' in device;
}
