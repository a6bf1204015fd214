// Every step of a version's life, killed at every call to the store or the log.
import {
  bundleKey,
  canaryBundleKey,
  canaryVersion,
  currentBundleKey,
  currentVersion,
  rolloutKey,
  type Rollout,
} from '@tocsin/schemas';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anyBundle } from './any-bundle.fixture.ts';
import { openRolloutRoom, specHash, toAll, toSome, type RolloutRoom } from './rollout-room.fixture.ts';
import type { Rollouts } from './rollouts.ts';

let room: RolloutRoom;
beforeEach(async () => {
  room = await openRolloutRoom();
});
afterEach(() => room.close());

type Step = {
  before: typeof toAll | typeof toSome;
  take(rollouts: Rollouts): Promise<Rollout>;
  expectDone(rollout: Rollout): void;
};

const steps: Record<string, Step> = {
  'a canary': {
    before: toSome,
    take: (rollouts) => rollouts.publish(anyBundle('pump', 3), toSome, 'x'),
    expectDone: (rollout) => expect(canaryVersion(rollout)).toMatchObject({ share: 0.2 }),
  },
  'a promotion': {
    before: toSome,
    take: (rollouts) => rollouts.promote('pump', 2, 5, 'x'),
    expectDone: (rollout) => expect(currentVersion(rollout)?.version).toBe(2),
  },
  'a withdrawal': {
    before: toSome,
    take: (rollouts) => rollouts.withdraw('pump', 2, 'x'),
    expectDone: (rollout) => expect(canaryVersion(rollout)).toBeNull(),
  },
  'a rollback': {
    before: toAll,
    take: (rollouts) => rollouts.rollback('pump', specHash, 'x', 1),
    expectDone: (rollout) => expect(currentVersion(rollout)?.restores).toBe(1),
  },
};

/** Version 1 is current; version 2 is tried, or has taken its place. */
async function begin(before: Step['before']): Promise<void> {
  const versions = Array.from({ length: 9 }, (_, i) => bundleKey('pump', i + 1));
  await room.state.remove([rolloutKey('pump'), currentBundleKey('pump'), canaryBundleKey('pump'), ...versions]);
  const rollouts = room.open();
  await rollouts.publish(anyBundle('pump', 1), toAll, '');
  await rollouts.publish(anyBundle('pump', 2), before, '');
}

/** Whoever comes next brings pointers and records to what is written down. */
async function follow(): Promise<Rollout> {
  const found = await room.open().follow('pump');
  await room.expectSound();
  const [current, canary] = [currentVersion(found), canaryVersion(found)];
  expect((await room.pointer(currentBundleKey('pump')))?.version).toBe(current?.version);
  expect((await room.pointer(canaryBundleKey('pump')))?.version).toBe(canary?.version);
  const last = await room.said();
  expect(last['pump']).toBe(`current ${current?.version}`);
  if (canary !== null) expect(last['pump/canary']).toBe(`canary ${canary.version}`);
  else expect(last['pump/canary'] ?? 'withdrawn').toContain('withdrawn');
  return found;
}

describe('nothing is half-published, and whoever comes next carries it out or does it anew:', () => {
  test.each(Object.keys(steps).flatMap((name) => [[name, 'before'] as const, [name, 'after'] as const]))(
    '%s, killed %s any call',
    async (name, when) => {
      const { before, take, expectDone } = steps[name];
      for (let calls = 0, isAlive = false; !isAlive; calls++) {
        expect(calls).toBeLessThan(60);
        await begin(before);
        const world = room.dying(calls, when === 'after');
        const isDone = await take(room.open(world)).then(
          () => true,
          () => false,
        );
        await room.expectSound();
        const found = await follow();
        if (isDone) expectDone(found);
        isAlive = !world.isDead();
        expect(isDone || !isAlive).toBe(true);
      }
    },
  );
});

test.each(['before', 'after'])('a world that is away %s any call delays a version, and publishes it once', async (when) => {
  for (let calls = 0, isAlive = false; !isAlive; calls++) {
    await begin(toAll);
    const world = room.dying(calls, when === 'after', true);
    const rollouts = room.open(world);
    const bundle = anyBundle('pump', 3);
    const publish = () => rollouts.publish(bundle, toAll, 'third');
    await publish().catch(publish);
    const { versions } = await follow();
    expect(versions.map(({ stage, reason }) => `${stage} ${reason}`).slice(-1)).toEqual(['current third']);
    expect(versions).toHaveLength(3);
    isAlive = !world.isDead();
  }
});
