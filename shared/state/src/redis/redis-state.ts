// The state port on Redis 7 or a Redis Cluster. Every call ends within the bound; every failure is a `StateError`.
import type { Cluster, Redis } from 'ioredis';
import type { OrderedEntry, StateStore } from '../port.ts';
import { StateError } from '../state-error.ts';
import { decodeStored, encodeStored } from '../stored-value.ts';
import { createRedisClient, type RedisStateOptions } from './redis-client.ts';
import { toStateError } from './redis-error.ts';
import { infoField, memoryOf } from './redis-memory.ts';

const farewellMs = 750;
const nothing = new Uint8Array(0);

/**
 * Opens the store; connects in the background, so an absent server shows in the first call, as a retriable `StateError`.
 * After such an error a write may have happened: a repeated `putIfNewer` then answers false although the value is there.
 */
export function createRedisState(options: RedisStateOptions): StateStore {
  const ttlMs = checkedTtl(options.ttlMs);
  const boundMs = options.connectTimeoutMs ?? 5000;
  const name = options.url.replaceAll(/\/\/[^@/,]*@/g, '//');
  let lastProblem: Error | undefined;
  let isClosed = false;
  const client = createRedisClient(options, (problem) => (lastProblem = problem));

  /** Runs one call under the bound and turns whatever it rejects with into a `StateError`. */
  async function ask<T>(call: (client: Redis | Cluster) => Promise<T>, withinMs = boundMs): Promise<T> {
    if (isClosed) throw new StateError('refused', `state store ${name} is closed; open another one`);
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      const late = () => reject(new StateError('timeout', timeoutMessage(name, withinMs, lastProblem), { cause: lastProblem }));
      timer = setTimeout(late, withinMs);
    });
    try {
      return await Promise.race([call(client), expired]);
    } catch (error) {
      throw toStateError(error, name, lastProblem);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    kind: 'redis',
    async getMany(keys) {
      if (keys.length === 0) return [];
      const stored = await ask((redis) => readAll(redis, keys));
      return stored.map((bytes) => (bytes === null ? null : decodeStored(bytes)));
    },
    async putIfNewer(entries) {
      const stored = entries.map((entry) => encodeStored(entry.order, entry.value));
      return ask((redis) => storeAll(redis, entries, stored, ttlMs));
    },
    async put(key, value) {
      const stored = encodeStored(-Infinity, value);
      await ask((redis) => redis.set(key, stored));
    },
    async remove(keys) {
      // One by one because a cluster refuses one command over several slots; pipelining makes them one round trip.
      await ask((redis) => Promise.all(keys.map((key) => redis.unlink(key))));
    },
    async ping() {
      const info = await ask((redis) => redis.info());
      const { limitBytes, policy, isFull } = memoryOf(info);
      if (isFull) throw new StateError('refused', fullMessage(name, info), { isRetriable: true });
      // A limit on memory makes the policy matter: without one nothing is ever evicted.
      const limit = limitBytes === null ? '' : `, maxmemory-policy ${policy}`;
      const version = infoField(info, 'redis_version') ?? 'of unknown version';
      return `redis ${version} at ${name}${options.cluster === true ? ' (cluster)' : ''}${limit}`;
    },
    async memory() {
      const { usedBytes, limitBytes, evictedValues } = memoryOf(await ask((redis) => redis.info()));
      return { usedBytes, limitBytes, evictedValues };
    },
    async close() {
      if (isClosed) return;
      // A farewell is polite, not necessary: what is under way is answered first, an absent server is hardly waited for.
      await ask((redis) => redis.quit(), Math.min(boundMs, farewellMs)).catch(() => undefined);
      isClosed = true;
      client.disconnect();
    },
  };
}

async function readAll(redis: Redis | Cluster, keys: readonly string[]): Promise<(Buffer | null)[]> {
  return redis.isCluster ? Promise.all(keys.map((key) => redis.getBuffer(key))) : redis.mgetBuffer(...keys);
}

async function storeAll(redis: Redis | Cluster, entries: readonly OrderedEntry[], stored: Buffer[], ttlMs: string) {
  const answers = await Promise.all(entries.map((entry, i) => redis.storeIfNewer(entry.key, stored[i], ttlMs, overOf(entry))));
  return answers.map((answer) => answer === 1);
}

function overOf({ over }: OrderedEntry): Buffer | '' {
  return over === undefined ? '' : encodeStored(over, nothing);
}

function checkedTtl(ttlMs: number): string {
  if (ttlMs === Infinity) return '';
  if (!(ttlMs >= 1)) throw new RangeError(`ttlMs is ${ttlMs}; expected at least 1, or Infinity to keep values for good`);
  return String(Math.floor(ttlMs));
}

function fullMessage(name: string, info: string): string {
  const { usedBytes, limitBytes } = memoryOf(info);
  const advice = 'nothing is stored until maxmemory is raised or something is removed';
  return `state store ${name} is full: ${usedBytes} of ${limitBytes} bytes (maxmemory), policy noeviction; ${advice}`;
}

function timeoutMessage(name: string, boundMs: number, cause: Error | undefined): string {
  const why = cause === undefined ? '' : ` (last problem: ${cause.message})`;
  return `state store ${name} did not answer within ${boundMs} ms${why}; check that the server is up, reachable and not overloaded`;
}
