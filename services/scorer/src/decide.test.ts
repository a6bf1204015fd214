import { createFeatureSpec } from '@tocsin/features';
import { labelLimits, type RememberedWindow, type ScoredWindow } from '@tocsin/schemas';
import { createRandom } from '@tocsin/signals';
import { expect, test } from 'vitest';
import { createDecide } from './decide.ts';
import { remodel } from './device-model.ts';
import { score } from './score.ts';
import { deviceThatLearnt, windowAround } from './tracked-device.fixture.ts';

//   remembered   s n n n n n n n n + s s      suspects have places of their own: a normal one has to make room
test('a device that forgets a window that an operator spoke of is as one that was loaded without it', () => {
  const device = deviceThatLearnt(60);
  const random = createRandom(2);
  const windows = Array.from({ length: labelLimits.windows }, (_, i): RememberedWindow => ({
    windowKey: `${i + 1}`.padStart(16, '0'),
    alertKey: (i === 0 ? 'b' : 'a').repeat(16),
    standing: i === 0 ? 'suspect' : 'normal',
    weight: i === 0 ? 0 : 1,
    learnedAt: 60,
    features: windowAround(3 + i, random),
  }));
  device.state.labels = { ...device.state.labels, windows };
  remodel(device);
  const before = device.likeness;
  const spec = createFeatureSpec(device.deviceClass);
  const decide = createDecide(
    new Map([['pump', spec]]),
    () => undefined,
    () => undefined,
    () => undefined,
  );
  const about = { deviceId: 'p', deviceClass: 'pump', startMs: 0, endMs: 1, samples: new Float32Array(0), coverage: 1 };
  for (let n = 0; n < 2; n++) {
    const odd = score(device, { window: about, outcome: 'complete', revision: 0 }, windowAround(40, random), 0);
    decide(device, { ...odd, windowId: `odd ${n}`, score: odd.threshold! + 1 } satisfies ScoredWindow);
  }
  const normals = device.state.labels.windows.filter(({ standing }) => standing === 'normal');
  expect(normals).toHaveLength(labelLimits.windows - labelLimits.suspects);
  const heard = device.likeness;
  expect(heard).not.toEqual(before);
  remodel(device);
  expect(heard).toEqual(device.likeness);
});
