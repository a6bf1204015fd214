import { afterAll, expect, test } from 'vitest';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { createMetaUpdater } from './meta-updater.ts';
import { defaultUpdatePlan, type UpdateInput, type UpdateProgress } from './update-plan.ts';

const input: UpdateInput = {
  deviceClass: 'pump',
  learner: 'auto',
  spec: syntheticSpec(16),
  supportWindows: 20,
  devices: syntheticFleet(4, 30, 16),
  previous: null,
  version: 3,
  createdAtMs: 1,
  seed: 1,
  plan: { ...defaultUpdatePlan, weights: { ...defaultUpdatePlan.weights, steps: 4, pool: 16 } },
};

// Threads run the built JavaScript: `npm test` builds first, and so does `npm run build`.
const updater = createMetaUpdater({ backend: 'auto', requireGpu: false });
afterAll(() => updater.close());

test('a meta-update in a thread of its own leaves this one free', async () => {
  const steps: UpdateProgress[] = [];
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  const result = await updater.update(input, (progress) => steps.push(progress));
  clearInterval(timer);
  expect(result).toMatchObject({ outcome: 'publish', bundle: { version: 3, calibration: { devices: 4 } } });
  // Four folds and everybody.
  expect(steps.map(({ outerSteps }) => outerSteps)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(ticks).toBeGreaterThan(10);
  expect((await updater.backend()).name).toMatch(/tensorflow|webgpu|cpu/);
});

test('one at a time, and an error is an answer, after which the thread goes on', async () => {
  const broken = { ...input, spec: syntheticSpec(12) };
  const [one, other] = await Promise.allSettled([updater.update(broken), updater.update(input)]);
  expect(one).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('16 features, expected 12 as in the spec') },
  });
  expect(other).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('one at a time') } });
  expect(await updater.update(input)).toMatchObject({ outcome: 'publish' });
});

test('closing ends what is under way; the next call starts anew', async () => {
  const running = updater.update(input);
  await updater.backend();
  await Promise.all([updater.close(), expect(running).rejects.toThrow('the meta-update thread ended')]);
  expect(await updater.update(input)).toMatchObject({ outcome: 'publish' });
});

test('a backend that is lost fails the update under way; the next thread looks for one anew', async () => {
  // Every thread finds a card of its own and loses it at its first update.
  const code = `
    import { parentPort, threadId } from 'node:worker_threads';
    const backend = { name: 'webgpu', device: 'gpu', deviceName: 'card ' + threadId, stepSeconds: 1, description: '' };
    parentPort.postMessage({ kind: 'backend', backend });
    parentPort.on('message', () => parentPort.postMessage({ kind: 'failed', message: 'the GPU was lost', isLost: true }));`;
  const entry = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const losing = createMetaUpdater({ backend: 'webgpu', requireGpu: true }, entry);
  const cards = new Set<string>();
  for (let attempt = 0; attempt < 3; attempt++) {
    cards.add((await losing.backend()).deviceName);
    await expect(losing.update(input)).rejects.toThrow('the GPU was lost');
  }
  expect(cards.size).toBe(3);
  await losing.close();
});
