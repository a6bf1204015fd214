// Against SciPy's polyphase resampler (test/golden/make-resample.py), which knows nothing of our code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createResampler, endStretch, resample } from './resampler.ts';

type Case = { rateHz: number; gridRateHz: number; input: number[]; output: number[] };
const cases = JSON.parse(readFileSync(new URL('../../../test/golden/resample.json', import.meta.url), 'utf8')) as Case[];

test.each(cases)('$rateHz Hz at $gridRateHz Hz', ({ rateHz, gridRateHz, input, output }) => {
  const resampler = createResampler(gridRateHz, 1);
  const out: number[] = [];
  const onSamples = ({ index, samples }: { index: number; samples: Float32Array }) =>
    samples.forEach((value, i) => (out[index + i] = value));
  const reading = { deviceId: 'p', deviceClass: 'pump', channels: ['x'], rateHz, startMs: 0 };
  resample(resampler, { ...reading, samples: Float32Array.from(input) }, 0, onSamples);
  endStretch(resampler, onSamples);
  // SciPy sees zeros beyond both ends, and scales the filter as a whole where we make every output's weights add up to one.
  const edge = Math.ceil(18 * Math.max(1, gridRateHz / rateHz));
  const inside = output.map((value, i) => Math.abs(value - out[i])).slice(edge, -edge);
  expect(inside.length).toBeGreaterThan(50);
  expect(Math.max(...inside)).toBeLessThan(2e-3);
  expect(out).toHaveLength(output.length);
});
