// A short selection of the storms of test/storm, on the Kafka of the tests and a Redis of its own; all of them: npm run storm.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedis, type RedisServer } from '../servers/redis.mjs';
import { runStorm } from '../storm/run-storm.ts';

const { KAFKA_BROKERS: brokers, REDIS_URL: redisUrl } = process.env;
const missing = [brokers === undefined ? 'KAFKA_BROKERS' : '', redisUrl === undefined ? 'REDIS_URL' : ''].filter(
  (name) => name !== '',
);
const why = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not set)`;

describe.skipIf(missing.length > 0)(`storms on a real Kafka and a real Redis${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-storm-'));
  let redis: RedisServer;
  let unproven = 0;

  beforeAll(async () => {
    // It is stopped in the middle: nobody else may depend on it.
    redis = await startRedis({ durable: true });
  }, 60_000);
  afterAll(async () => {
    await redis.stop();
    if (unproven === 0) rmSync(folder, { recursive: true });
  });

  test.each(['kill-9', 'sigstop', 'redis-stop'] as const)(
    '%s: nothing lost, nothing wrong, nothing in conflict',
    async (scenario) => {
      const seed = Date.now() % 2 ** 31;
      const logs = join(folder, scenario);
      unproven += 1;
      const { verdict, exits } = await runStorm(scenario, seed, { brokers: brokers!, kafka: null, redis }, logs, {
        roundsMax: 2,
      });
      const told = `again: npm run storm -- --scenario ${scenario} --seed ${seed}; logs: ${logs}; ${verdict.problems.join('; ')}`;
      expect(verdict, told).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
      expect(exits.failed, told).toBe(0);
      expect(verdict.windows).toBeGreaterThan(500);
      unproven -= 1;
    },
    180_000,
  );
});
