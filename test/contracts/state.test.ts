// The state contract over both stores, and what only one of them can suffer. Redis comes from REDIS_URL; a cluster is started here.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmbeddedState, createRedisState, StateError } from '@tocsin/state';
import { hasRedisServer, startRedisCluster } from '../servers/redis-cluster.mjs';
import { stateContract } from './state.contract.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-state-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('embedded', () => {
  const contract = join(directory, 'contract.v1');
  stateContract({ open: (ttlMs = Infinity) => createEmbeddedState({ directory: contract, ttlMs }), prefix: '' });

  test('threads that open the same directory share one order', async () => {
    const shared = join(directory, 'threads');
    const wins = await Promise.all([writeFromThread(shared), writeFromThread(shared), writeFromThread(shared)]);
    expect(wins.reduce((sum, won) => sum + won, 0)).toBe(100);
  });

  test('a path that cannot be a directory is refused with what to check', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => createEmbeddedState({ directory: file })).toThrow(/cannot be opened.*state\.directory/);
  });

  //   ttl 1000: | 100 values ........... over | one write after the other takes a few of them out of the file
  test('what is over goes from the disk, a few at every write', async () => {
    let nowMs = 0;
    const folder = join(directory, 'sweep');
    const store = createEmbeddedState({ directory: folder, ttlMs: 1000, now: () => nowMs });
    const entries = Array.from({ length: 100 }, (_, i) => ({ key: `k${i}`, order: 1, value: Uint8Array.of(i) }));
    await store.putIfNewer(entries);
    await store.put('for good', Uint8Array.of(1));
    const left = async () => {
      const eternal = createEmbeddedState({ directory: folder, now: () => 0 });
      const values = await eternal.getMany([...entries.map(({ key }) => key), 'for good']);
      await eternal.close();
      return values.filter((value) => value !== null).length;
    };
    nowMs = 2000;
    expect(await left()).toBe(101);
    const counts: number[] = [];
    for (let order = 1; order < 8; order++) {
      await store.putIfNewer([{ key: 'busy', order, value: Uint8Array.of(order) }]);
      counts.push(await left());
    }
    expect(counts[0]).toBeGreaterThan(50);
    expect(counts.at(-1)).toBe(1);
    await store.close();
  });

  //   ttl 1000: | written at 0, 500, 1000 ...           | over
  test('a value that is written again and again lives on, for as long after the last time', async () => {
    let nowMs = 0;
    const store = createEmbeddedState({ directory: join(directory, 'busy'), ttlMs: 1000, now: () => nowMs });
    for (let order = 0; order < 9; order++, nowMs += 500)
      expect(await store.putIfNewer([{ key: 'busy', order, value: Uint8Array.of(order) }])).toEqual([true]);
    nowMs += 499;
    expect(await store.getMany(['busy'])).toEqual([Uint8Array.of(8)]);
    nowMs += 20;
    expect(await store.getMany(['busy'])).toEqual([null]);
    await store.close();
  });

  test('a key longer than LMDB allows is refused, not retried', async () => {
    const store = createEmbeddedState({ directory: join(directory, 'keys') });
    await expect(store.put('k'.repeat(3000), Uint8Array.of(1))).rejects.toMatchObject({ code: 'refused', isRetriable: false });
    await store.close();
  });
});

const redisUrl = process.env.REDIS_URL;
const why = redisUrl === undefined ? ' (skipped: REDIS_URL is not set)' : '';
describe.skipIf(redisUrl === undefined)(`redis${why}`, () => {
  const options = { url: redisUrl ?? '', ttlMs: 60_000 };
  stateContract({ open: (ttlMs = 60_000) => createRedisState({ ...options, ttlMs }), prefix: `${randomUUID()}-` });

  // store --- line --- redis: the line is cut or held while a call is under way
  test.each(['cut', 'held'] as const)('a line that is %s fails the call under way and heals', async (fault) => {
    const line = await openLine(options.url);
    const store = createRedisState({ ...options, url: line.url, connectTimeoutMs: 300 });
    const keys = [`tocsin:{${randomUUID()}}:state`];
    await store.put(keys[0], Uint8Array.of(1));
    line.hold();
    const underWay = store.getMany(keys);
    if (fault === 'cut') line.cut();
    await expect(underWay).rejects.toMatchObject({ isRetriable: true });
    line.release();
    await expect.poll(() => store.getMany(keys).catch(() => 'not yet'), { timeout: 10_000 }).toEqual([Uint8Array.of(1)]);
    await store.close();
    line.close();
  });
});

const whyNoCluster =
  redisUrl === undefined ? 'REDIS_URL is not set' : hasRedisServer() ? undefined : 'no redis-server on the PATH';
describe.skipIf(whyNoCluster !== undefined)(
  `redis cluster${whyNoCluster === undefined ? '' : ` (skipped: ${whyNoCluster})`}`,
  () => {
    let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
    beforeAll(async () => {
      cluster = await startRedisCluster();
    }, 60_000);
    afterAll(() => cluster.stop());

    stateContract({ open: (ttlMs = Infinity) => createRedisState({ url: cluster.url, cluster: true, ttlMs }), prefix: '' });

    test('one seed is enough to find the others', async () => {
      const store = createRedisState({ url: cluster.url.split(',')[0], cluster: true, ttlMs: Infinity });
      const entries = Array.from({ length: 30 }, (_, i) => ({
        key: `tocsin:{seed${i}}:state`,
        order: i,
        value: Uint8Array.of(i),
      }));
      expect(await store.putIfNewer(entries)).toEqual(entries.map(() => true));
      await store.close();
    });
  },
);

describe('a redis that is not there', () => {
  const entry = { key: 'tocsin:{p1}:state', order: 1, value: Uint8Array.of(1) };
  let silent: Server;
  let silentUrl: string;
  let closedUrl: string;

  beforeAll(async () => {
    silent = createServer(() => undefined);
    silentUrl = await listen(silent);
    const gone = createServer();
    closedUrl = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
  });
  afterAll(() => silent.close());

  test.each([false, true])(
    'nobody listens (cluster: %s): every call ends in a retriable error that names the address',
    async (cluster) => {
      const store = createRedisState({
        url: closedUrl.replace('//', '//user:secret@'),
        cluster,
        ttlMs: 1000,
        connectTimeoutMs: 500,
      });
      for (const call of [() => store.getMany([entry.key]), () => store.putIfNewer([entry]), () => store.ping()]) {
        const error = await call().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(StateError);
        expect(error).toMatchObject({ isRetriable: true });
        expect(String(error)).toContain(closedUrl);
        expect(String(error)).not.toContain('secret');
      }
      await store.close();
    },
  );

  test('a server that takes the connection and never answers is a timeout', async () => {
    const store = createRedisState({ url: silentUrl, ttlMs: 1000, connectTimeoutMs: 200 });
    await expect(store.getMany([entry.key])).rejects.toMatchObject({ code: 'timeout', isRetriable: true });
    await store.close();
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `redis://127.0.0.1:${port}`;
}

/** A TCP line to Redis whose answers can be held back, and which can be cut. */
async function openLine(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createServer((near) => {
    const far = connect(Number(port || 6379), hostname);
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.on('data', (data) => far.write(data)).on('close', () => far.destroy());
    far.on('data', (data) => void (isHeld || near.write(data))).on('close', () => near.destroy());
  });
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: await listen(server),
    hold: () => void (isHeld = true),
    release: () => void (isHeld = false),
    cut,
    close: () => void (cut(), server.close()),
  };
}

/** Tries to win orders 1..100 of one key from a thread of its own; resolves with how many it won. */
function writeFromThread(shared: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./state-writer.mjs', import.meta.url), { workerData: shared, execArgv: [] });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
