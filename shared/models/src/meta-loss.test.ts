import { describe, expect, test } from 'vitest';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { flattenHead, sigmoid, softplus, unflattenHead } from './head.ts';
import { headInputs, headRows } from './head-rows.ts';
import { headInnerStep, headInnerSteps } from './inner-step.ts';
import { metaLoss, queryLoss, type HeadEpisode } from './meta-loss.ts';
import { deviceOf, headOf, learnedInitialisation, seeded, supportOf } from './test-fleet.ts';

const d = 3;
const initialisation = learnedInitialisation(5, d);
const random = seeded(6);
const { windows } = deviceOf('p', random, 14, d);
const support = windows.subarray(0, 8 * d);
const model = adaptClosedForm(initialisation, supportOf(support, d));
const normals = headRows(model, support);
const anomalies = headRows(model, Float32Array.of(9, 1, 6, 2, 2, 9));
const query = headRows(model, windows.subarray(8 * d));
const episode: HeadEpisode = {
  supportInputs: normals.inputs,
  supportBase: normals.base,
  anomalyInputs: anomalies.inputs,
  anomalyBase: anomalies.base,
  queryInputs: query.inputs,
  queryBase: query.base,
  queryLabels: Uint8Array.of(0, 0, 1, 0, 1, 0),
};

test('softplus and sigmoid at both ends', () => {
  expect([-800, 0, 800].map(softplus)).toEqual([0, Math.LN2, 800]);
  expect([-800, 0, 800].map(sigmoid)).toEqual([0, 0.5, 1]);
});

test('a head survives being flattened', () => {
  const head = headOf(1, d);
  expect(head).toMatchObject(unflattenHead(flattenHead(head), head.hidden));
});

test('head inputs of a window are those of its row', () => {
  const x = windows.subarray(2 * d, 3 * d);
  expect(headInputs(initialisation, supportOf(support, d), x)).toEqual(normals.inputs.slice(2 * 3 * d, 3 * 3 * d));
});

describe('the inner step is the gradient of its loss', () => {
  const head = headOf(2, d);
  const vector = flattenHead(head);

  // Without inner steps the query loss of the support is the inner loss.
  const innerLoss = (point: Float64Array, withAnomalies: boolean) => {
    const count = withAnomalies ? 2 : 0;
    return queryLoss(unflattenHead(point, head.hidden), {
      ...episode,
      queryInputs: Float64Array.of(...normals.inputs, ...anomalies.inputs.slice(0, count * 3 * d)),
      queryBase: Float64Array.of(...normals.base, ...anomalies.base.slice(0, count)),
      queryLabels: Uint8Array.from({ length: 8 + count }, (_, i) => (i < 8 ? 0 : 1)),
    });
  };

  test.each([true, false])('per coordinate, with labelled anomalies: %s', (withAnomalies) => {
    const unlabelled = { supportInputs: normals.inputs, supportBase: normals.base };
    const stepped = flattenHead(headInnerStep(head, withAnomalies ? episode : unlabelled, 1));
    const fixed = vector.length - 2; // a and c are the fleet's
    for (let i = 0; i < vector.length; i++) {
      const moved = (h: number) => innerLoss(vector.with(i, vector[i] + h), withAnomalies);
      const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
      expect(vector[i] - stepped[i]).toBeCloseTo(i < fixed ? slope : 0, 8);
    }
  });
});

describe('the meta loss', () => {
  const head = headOf(2, d);
  const plan = { innerSteps: 3, innerRate: 0.5 };

  test('with no inner steps it is the query loss, with steps it is that of the adapted head', () => {
    expect(metaLoss(head, episode, { innerSteps: 0, innerRate: 0.5 })).toBe(queryLoss(head, episode));
    expect(metaLoss(head, episode, plan)).toBe(queryLoss(headInnerSteps(head, episode, plan), episode));
    expect(metaLoss(head, episode, plan)).not.toBe(queryLoss(head, episode));
  });

  test('is smooth in every coordinate: two central differences agree', () => {
    const vector = flattenHead(head);
    for (let i = 0; i < vector.length; i++) {
      const at = (x: number) => metaLoss(unflattenHead(vector.with(i, vector[i] + x), head.hidden), episode, plan);
      const slope = (h: number) => (at(h) - at(-h)) / (2 * h);
      expect(slope(1e-4)).toBeCloseTo(slope(1e-5), 6);
    }
  });

  test('a class without query windows adds nothing', () => {
    const onlyNormals = { ...episode, queryLabels: new Uint8Array(6) };
    const onlyAnomalies = { ...episode, queryLabels: new Uint8Array(6).fill(1) };
    expect(queryLoss(head, onlyNormals)).toBeGreaterThan(0);
    expect(queryLoss(head, onlyAnomalies)).toBeGreaterThan(0);
    expect(queryLoss(head, { ...episode, queryLabels: new Uint8Array(0) })).toBe(0);
  });
});
