// A real Redis that runs out of memory under a scorer. It is one of our own: the limit would hit everybody on a shared one.
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createMetrics } from '@tocsin/observability';
import { currentBundleKey, deviceStateKey, encodeModelAnnouncement } from '@tocsin/schemas';
import { createRedisState, type StateStore } from '@tocsin/state';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { watchDependencies } from '../../services/scorer/src/watch-dependencies.ts';
import { createMemoryWatch } from '../../services/scorer/src/watch-memory.ts';
import { fittedBundle, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from '../pipeline/scorer-room.ts';
import { expectedWindows, judge } from '../pipeline/window-oracle.ts';
import { hasRedisServer } from '../servers/redis-cluster.mjs';
import { startRedis } from '../servers/redis.mjs';

const missing = process.env.REDIS_URL === undefined || !hasRedisServer();
const why = missing ? ' (skipped: REDIS_URL not set, or no redis-server on the PATH)' : '';

describe.skipIf(missing)(`a real Redis without memory${why}`, () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let admin: Redis;
  let state: StateStore;
  let room: ScorerRoom;
  beforeAll(async () => {
    redis = await startRedis();
    admin = new Redis(redis.url);
  }, 60_000);
  afterAll(async () => {
    admin.disconnect();
    await redis.stop();
  });
  beforeEach(async () => {
    await limit(0, 'noeviction');
    await admin.flushall();
    state = createRedisState({ url: redis.url, ttlMs: 600_000 });
    room = await openScorerRoom();
    const { announcement, bytes } = fittedBundle();
    await state.put(announcement.location, bytes);
    await state.put(currentBundleKey('pump'), encodeModelAnnouncement(announcement));
  });
  afterEach(async () => {
    await limit(0, 'noeviction');
    await room.close();
    await state.close();
  });

  async function limit(bytes: number, policy: string): Promise<void> {
    await admin.config('SET', 'maxmemory-policy', policy);
    await admin.config('SET', 'maxmemory', bytes);
  }
  const used = async () => (await state.memory!()).usedBytes;
  async function until(isTrue: () => boolean): Promise<void> {
    for (const end = Date.now() + 10_000; !isTrue(); await sleep(20)) if (Date.now() > end) throw new Error('not within 10 s');
  }

  //   records   ------------------|------------------
  //   Redis     takes all         full      takes all again
  test('noeviction: writes are refused and waited for, readiness names the store, and nothing is lost', async () => {
    const records = telemetry(2, 60);
    const scorer = room.scorer({ state: () => state });
    await scorer.start();
    await room.send(records.slice(0, 60));
    await room.drained(scorer);
    await limit(1, 'noeviction');
    const watch = watchDependencies([{ name: 'the state store (redis)', ping: () => state.ping() }], 20, Date.now);
    await room.send(records.slice(60));
    await until(() => room.notes().some(({ fields }) => String(fields['error']).includes('OOM')));
    await until(() => watch.reasons().length > 0);
    expect(watch.reasons()[0]).toMatch(
      /the state store \(redis\) has not been well for \d+ s: .*is full: \d+ of 1 bytes \(maxmemory\)/,
    );
    const refused = state.putIfNewer([{ key: deviceStateKey('x'), order: 1, value: Uint8Array.of(1) }]);
    await expect(refused).rejects.toMatchObject({ code: 'refused', isRetriable: true });
    await limit(0, 'noeviction');
    await room.drained(scorer);
    await until(() => watch.reasons().length === 0);
    watch.stop();
    expect(scorer.status().telemetry.fatal).toBeNull();
    await scorer.stop();
    expect(judge(expectedWindows(records), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
    const [stored] = await state.getMany([deviceStateKey('pump-1')]);
    expect(stored).not.toBeNull();
  });

  test('an evicting policy: what is thrown away is counted, its device starts anew, and no window is lost', async () => {
    const records = telemetry(2, 60);
    const first = room.scorer({ state: () => state });
    await first.start();
    await room.send(records.slice(0, 60));
    await room.drained(first);
    await first.stop();
    const bundles = await state.getMany([currentBundleKey('pump'), fittedBundle().announcement.location]);
    await limit(1, 'allkeys-random');
    await state.put('tocsin:{x}:y', Uint8Array.of(1)).catch(() => undefined);
    await limit((await used()) + 50_000_000, 'allkeys-random');
    expect(await state.getMany([deviceStateKey('pump-0')])).toEqual([null]);
    expect(await state.ping()).toContain('maxmemory-policy allkeys-random');
    // A bundle that is thrown away is published again.
    await state.put(currentBundleKey('pump'), bundles[0]!);
    await state.put(fittedBundle().announcement.location, bundles[1]!);
    const second = room.scorer({ state: () => state });
    await second.start();
    await room.send(records.slice(60));
    await room.drained(second);
    await second.stop();
    expect(await room.metrics()).toContain('tocsin_device_states_total{outcome="new"} 4');
    expect(judge(expectedWindows(records), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
    const metrics = createMetrics({ service: 'test' });
    await createMemoryWatch(metrics, state)();
    expect(await metrics.text()).toMatch(/tocsin_state_evicted_values [1-9]/);
  });
});
