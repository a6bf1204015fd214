// What a candidate has to stand beside the bundle in use: later windows, the most recent ones, and the shadow.
import { parseDeviceClass } from '@tocsin/config';
import type { Initialisation, ModelBundle } from '@tocsin/schemas';
import { beforeAll, expect, test } from 'vitest';
import { selectBackend, type Backend } from '../backend.ts';
import { teachingDevice, type DeviceHistory, type TeachingDevice } from '../episodes/teaching-device.ts';
import { fitTeaching } from '../learners/empirical-bayes.ts';
import { seededRandom } from '../random.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { gainsOverPrevious } from './against-previous.ts';
import { metaUpdate } from './meta-update.ts';
import { defaultUpdatePlan, type UpdateInput, type UpdateResult } from './update-plan.ts';

const d = 12;
const deviceClass = parseDeviceClass('pump', { channels: ['a'], rateHz: 1000, decision: { falseAlarmRate: 0.02 } });
const input = (devices: readonly DeviceHistory[], rest: Partial<UpdateInput> = {}): UpdateInput => ({
  deviceClass: 'pump',
  learner: 'eb',
  spec: syntheticSpec(d),
  supportWindows: 20,
  devices,
  previous: null,
  version: 1,
  createdAtMs: 1,
  seed: 1,
  plan: { ...defaultUpdatePlan, judgedEpisodes: 4 },
  ...rest,
});

let backend: Backend;
let first: ModelBundle;
beforeAll(async () => {
  backend = await selectBackend('cpu');
  first = published(await metaUpdate(input(syntheticFleet(5, 80, d)), backend));
});

function published(result: UpdateResult): ModelBundle {
  if (result.outcome === 'keep') throw new Error(result.verdict);
  return result.bundle;
}

const limits = { alarmRiseMax: 0.01, foundDropMax: 0.5, scoreShiftMax: 0.5 };

test('figures of both periods and of the shadow are in the bundle; the first one has neither', async () => {
  expect(first.metrics).not.toHaveProperty('overPrevious');
  expect(first.metrics).not.toHaveProperty('shadow');
  const next = published(
    await metaUpdate(input(syntheticFleet(5, 120, d), { previous: first, version: 2, shadow: { deviceClass, limits } }), backend),
  );
  expect(next.metrics.overPrevious?.map(({ period, devices }) => [period, devices])).toEqual([
    ['later', 5],
    ['recent', 5],
  ]);
  expect(next.metrics.shadow).toMatchObject({ devices: 5, windows: 120 });
  expect(next.metrics.verdict).toMatch(
    /as good as what is in use: .* on the most recent ones; in the shadow on 120 newest windows of 5 devices/,
  );
  // 60 windows: the newest 24 are more than the last third.
  const short = published(await metaUpdate(input(syntheticFleet(5, 60, d), { previous: first, version: 2 }), backend));
  expect(short.metrics.overPrevious?.map(({ period }) => period)).toEqual(['later']);
});

test('what the shadow refuses is not published, and its figures are told', async () => {
  const shadow = { deviceClass, limits: { ...limits, scoreShiftMax: 0 } };
  const result = await metaUpdate(input(syntheticFleet(5, 120, d), { previous: first, version: 2, shadow }), backend);
  expect(result).toMatchObject({ outcome: 'keep', metrics: { shadow: { devices: 5 } } });
  expect(result.outcome === 'keep' && result.verdict).toMatch(/kept what is in use: .*its scores lie elsewhere/);
});

//   window      0 ........................ 80 ........... 96 ......... 119
//   judged                                 | later                     |
//                                                         | recent     |
//   anomalies   in feature 5 ........................... | in feature 0
test('a candidate that does not see what has been going on lately shows it on the most recent windows', async () => {
  const histories = syntheticFleet(6, 120, d).map(({ deviceId, windows }): DeviceHistory => {
    const anomalies = windows
      .filter((_, at) => at % 3 === 0)
      .map((window) => {
        const features = window.features.slice();
        features[window.startMs >= 110_000 ? 0 : 5] += 8;
        return { ...window, windowId: `${window.windowId}-x`, startMs: window.startMs + 1, features, verdict: 'real' as const };
      });
    return { deviceId, windows: [...windows, ...anomalies].sort((one, other) => one.startMs - other.startMs) };
  });
  const devices = histories.map(teachingDevice);
  const fitted = (fleet: readonly TeachingDevice[]): Initialisation => {
    const plain = fitTeaching(fleet, d);
    return { ...plain, omega: plain.omega.map((value, i) => (i < 2 * d ? 1e-6 : value)) };
  };
  const blind = (fleet: readonly TeachingDevice[]): Initialisation => {
    const sees = fitted(fleet);
    return { ...sees, omega: sees.omega.map((value, i) => (i % d === 0 ? 1e-6 : value)) };
  };
  const previous = { ...first, initialisation: fitted(devices) };
  const gains = async (learn: typeof fitted) =>
    gainsOverPrevious(previous, devices, 'labels', input(histories), seededRandom(1), async (fleet) => learn(fleet));
  const [later, recent] = await gains(blind);
  expect(later.gain.mean).toBeLessThan(-0.02);
  expect(recent.gain.mean).toBeLessThan(2 * later.gain.mean);
  for (const { gain } of await gains(fitted)) expect(Math.abs(gain.mean)).toBeLessThan(0.05);
});
