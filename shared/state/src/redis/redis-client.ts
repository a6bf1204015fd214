// How we talk to Redis or a Redis Cluster through ioredis: what is bounded, what is retried, what is left to the caller.
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { defineStoreIfNewer } from './compare-and-set.ts';

export type RedisStateOptions = {
  /** `redis://` or `rediss://`; with `cluster`, any number of seed nodes separated by commas. */
  url: string;
  cluster?: boolean;
  /** Life of an ordered value after its last write, milliseconds; Infinity keeps it for good. */
  ttlMs: number;
  /** The longest that any call may take, connecting included, milliseconds. Default 5000. */
  connectTimeoutMs?: number;
};

/** Connects in the background and never emits an unhandled 'error'. `onProblem` hears why a connection failed, and undefined once one holds. */
export function createRedisClient(options: RedisStateOptions, onProblem: (error: Error | undefined) => void): Redis | Cluster {
  const bounds = connectionBounds(options.connectTimeoutMs ?? 5000);
  const client = options.cluster === true ? createCluster(options.url, bounds) : new Redis(options.url, bounds);
  client.on('error', onProblem);
  client.on('ready', () => onProblem(undefined));
  defineStoreIfNewer(client);
  return client;
}

/** Options of one connection, alone or to a node of a cluster. */
function connectionBounds(boundMs: number) {
  return {
    connectTimeout: boundMs,
    // A peer that vanished without a FIN answers nothing: replace the connection rather than time out on it for minutes.
    socketTimeout: boundMs,
    // Fail what is under way as soon as its connection breaks. Repeated, a compare-and-set that had stored would answer no;
    // and `autoResendUnfulfilledCommands: false` alone is no way out: ioredis 6.0.0 then forgets the calls unanswered.
    maxRetriesPerRequest: 0,
    retryStrategy: backoffMs,
    // A primary that a failover turned into a replica says READONLY: reconnect to find the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    enableAutoPipelining: true,
  } satisfies RedisOptions;
}

function createCluster(urls: string, bounds: ReturnType<typeof connectionBounds>): Cluster {
  const seeds = urls.split(',').map((url) => new URL(url.trim()));
  const first = seeds[0];
  const isTls = first.protocol === 'rediss:';
  return new Cluster(
    seeds.map((seed) => ({ host: seed.hostname, port: Number(seed.port || 6379) })),
    {
      enableAutoPipelining: true,
      clusterRetryStrategy: backoffMs,
      slotsRefreshTimeout: bounds.connectTimeout,
      // Nodes are discovered by address only, so who we are has to travel with every connection.
      redisOptions: {
        ...bounds,
        ...(first.username === '' ? {} : { username: decodeURIComponent(first.username) }),
        ...(first.password === '' ? {} : { password: decodeURIComponent(first.password) }),
        ...(isTls ? { tls: {} } : {}),
      },
      // Certificates are for names: let TLS see the name instead of the address it resolves to.
      ...(isTls ? { dnsLookup: (address, callback) => callback(null, address) } : {}),
    },
  );
}

function backoffMs(attempt: number): number {
  return Math.min(50 * 2 ** (attempt - 1), 2000);
}
