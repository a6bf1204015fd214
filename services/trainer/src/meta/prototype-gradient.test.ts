import { flattenHead, prototypeHead, queryLoss, unflattenHead, type HeadEpisode } from '@tocsin/models';
import { expect, test } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { addPrototypeGradient, emptyPrototypeGradient } from './prototype-gradient.ts';

const hidden = 3;
const width = 6;
const random = seededRandom(11);
const values = (length: number): Float64Array => Float64Array.from({ length }, () => 0.5 * normal(random));
const head = unflattenHead(values((width + 2) * hidden + 3), hidden);
const prototypes = { normal: values(hidden), anomaly: values(hidden), gain: 0.7, weight: 2 };

function episodeOf(normals: number, anomalies: number): HeadEpisode {
  return {
    supportInputs: values(normals * width),
    supportBase: values(normals),
    anomalyInputs: values(anomalies * width),
    anomalyBase: values(anomalies),
    queryInputs: values(7 * width),
    queryBase: values(7),
    queryLabels: Uint8Array.of(0, 0, 1, 0, 1, 0, 1),
  };
}

test.each([
  [5, 3],
  [4, 0],
  [0, 0],
])('the prototypes gradient equals central differences of the loss, with %i normals and %i anomalies', (normals, anomalies) => {
  const episode = episodeOf(normals, anomalies);
  const gradient = emptyPrototypeGradient(head);
  const loss = addPrototypeGradient(head, prototypes, episode, 1, gradient);
  const lossOf = (flat: Float64Array, moved = prototypes): number =>
    queryLoss(prototypeHead(unflattenHead(flat, hidden), moved, episode), episode);
  const flat = flattenHead(head);
  expect(loss).toBeCloseTo(lossOf(flat), 10);
  const differences = (at: (change: number) => number): number => (at(1e-5) - at(-1e-5)) / 2e-5;
  // w2 and b2 follow from the prototypes: both slopes are 0.
  flattenHead({ hidden, ...gradient.head }).forEach((slope, i) => {
    expect(slope).toBeCloseTo(
      differences((change) => lossOf(flat.map((value, j) => (j === i ? value + change : value)))),
      7,
    );
  });
  for (const name of ['normal', 'anomaly'] as const) {
    gradient[name].forEach((slope, h) => {
      const at = (change: number): number =>
        lossOf(flat, { ...prototypes, [name]: prototypes[name].map((value, k) => (k === h ? value + change : value)) });
      expect(slope).toBeCloseTo(differences(at), 7);
    });
  }
  expect(gradient.gain).toBeCloseTo(
    differences((change) => lossOf(flat, { ...prototypes, gain: prototypes.gain * Math.exp(change) })),
    7,
  );
});
