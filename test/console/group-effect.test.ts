// One answer for several broken pumps reaches each of them through a real scorer, and so does taking it back.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodeDeviceState } from '@tocsin/models';
import { deviceStateKey } from '@tocsin/schemas';
import { until } from './console-room.ts';
import { openLivePlant, type LivePlant } from './live-plant.ts';

const broken = ['pump-3', 'pump-5', 'pump-6'];
let plant: LivePlant;
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
beforeAll(async () => {
  plant = await openLivePlant();
});
afterAll(() => plant.close());

type Listed = {
  alerts: { alertId: string; deviceId: string; guard: string | null }[];
  groups: { groupId: string; alertIds: string[]; seenMs: number }[];
};

/** What stands on their alerts by what the devices themselves remember. */
async function remembered(): Promise<(string | undefined)[]> {
  const values = await plant.state.getMany(broken.map(deviceStateKey));
  return values.map((bytes) => decodeDeviceState(bytes!).labels.verdicts.at(-1)?.verdict);
}

test('an answer for a group is in effect on each of its devices, and so is its undo', async () => {
  const asked = { life: 'all', q: 'pump-' };
  const { alerts, groups } = (await plant.get<Listed>(`/api/alerts?${new URLSearchParams(asked).toString()}`)).body;
  const own = alerts.filter(({ deviceId, guard }) => guard === null && broken.includes(deviceId));
  const group = groups.find(({ alertIds }) => own.every(({ alertId }) => alertIds.includes(alertId)))!;
  const answer = { groupId: group.groupId, asked, seenMs: group.seenMs, verdict: 'real', who: 'Ada' };
  const { batchId } = (await plant.post<{ batchId: string }>('/api/labels/group', answer)).body;
  await until(async () => (await remembered()).every((verdict) => verdict === 'real'), 'all pumps have taken it up', 100);
  expect(await plant.post('/api/labels/group/undo', { batchId, who: 'Ada' })).toMatchObject({ status: 201 });
  await until(async () => (await remembered()).every((verdict) => verdict === 'unsure'), 'all pumps have taken it back', 100);
  for (const { deviceId, alertId } of own) expect(plant.page.world.verdicts.standing(deviceId, alertId)).toBeNull();
});
