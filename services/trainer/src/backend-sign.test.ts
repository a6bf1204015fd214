import { expect, test } from 'vitest';
import { createMetrics } from '@tocsin/observability';
import type { BackendInfo } from './backend.ts';
import { createBackendSign } from './backend-sign.ts';

const gpu: BackendInfo = { name: 'webgpu', device: 'gpu', deviceName: 'a card', description: 'webgpu on gpu', stepSeconds: 0.01 };
const cpu: BackendInfo = { name: 'cpu', device: 'cpu', deviceName: 'a core', description: 'cpu on cpu', stepSeconds: 0.003 };

test('one backend is shown, the last one that there is; none where it is gone', async () => {
  const metrics = createMetrics({ service: 'trainer' });
  const notes: unknown[] = [];
  const sign = createBackendSign(metrics.trainer(), (_level, _message, fields) => void notes.push(fields?.['backend']));
  const shown = async () => (await metrics.text()).match(/^tocsin_trainer_backend_info.* 1$/gm);
  const seen = [];
  for (const found of [gpu, gpu, null, null, gpu, cpu]) {
    sign.show(found);
    seen.push([sign.description(), await shown()]);
  }
  const onGpu = ['webgpu on gpu', ['tocsin_trainer_backend_info{backend="webgpu",device="gpu"} 1']];
  const onCpu = ['cpu on cpu', ['tocsin_trainer_backend_info{backend="cpu",device="cpu"} 1']];
  expect(seen).toEqual([onGpu, onGpu, [null, null], [null, null], onGpu, onCpu]);
  expect(notes).toEqual(['webgpu on gpu', 'webgpu on gpu', 'cpu on cpu']);
});
