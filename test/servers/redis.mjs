// A real Redis for tests: from the PATH, else from the Debian package, else a container; nothing is kept on disk unless asked for.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, tailOf } from './child.mjs';
import { startContainer } from './container.mjs';
import { installFromDebian } from './debian.mjs';
import { freePorts, untilItAnswers } from './loopback.mjs';

const run = promisify(execFile);

/**
 * @typedef {object} RedisServer
 * @property {string} url `redis://host:port`
 * @property {string} version
 * @property {string} logFile
 * @property {(signal?: NodeJS.Signals) => Promise<void>} down stops it; what it held is gone unless it is `durable`
 * @property {() => Promise<void>} up starts it again at the same port
 * @property {() => void} freeze stops it where it is: it answers nothing, and its connections stay open
 * @property {() => void} thaw lets it go on
 * @property {() => Promise<void>} stop
 */

/**
 * `durable`: what it answered is there again after `down` and `up` (not in a container).
 * @param {{ durable?: boolean }} [options]
 * @returns {Promise<RedisServer>}
 */
export async function startRedis({ durable = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-redis-'));
  const [port] = await freePorts(1);
  const logFile = join(folder, 'redis.log');
  const url = `redis://127.0.0.1:${port}`;
  const launch = await localLauncher({ folder, port, logFile, durable })
    .catch((reason) => startContainer({ image: 'redis:7', publish: `127.0.0.1:${port}:6379`, logFile, instead: reason }))
    .catch((error) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });

  let child = launch();
  const ready = () =>
    untilItAnswers({ attempt: () => redisVersion(url), isAlive: child.isRunning, timeoutMs: 30_000 }).catch((error) => {
      throw new Error(`Redis did not start at ${url}: ${error.message}; the end of its log:\n${tailOf(logFile)}`, {
        cause: error,
      });
    });
  const stop = async () => {
    await child.stop('SIGKILL', 0);
    rmSync(folder, { recursive: true, force: true });
  };
  const version = await ready().catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    url,
    version,
    logFile,
    down: (signal = 'SIGKILL') => child.stop(signal, 5_000),
    up: async () => {
      child = launch();
      await ready();
    },
    freeze: () => child.freeze(),
    thaw: () => child.thaw(),
    stop,
  };
}

/**
 * The version a Redis states about itself. Rejects when it does not answer within two seconds.
 * @param {string} url
 * @returns {Promise<string>}
 */
export function redisVersion(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 6379) }, () => socket.write('INFO server\r\n'));
    let answer = '';
    socket.setTimeout(2_000, () => socket.destroy(new Error(`${url} does not answer`)));
    socket.on('data', (chunk) => {
      answer += chunk;
      const version = /redis_version:(\S+)/.exec(answer)?.[1];
      if (version === undefined && !answer.startsWith('-')) return;
      socket.destroy();
      resolve(version ?? 'of unknown version');
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${url} closed the connection`)));
  });
}

/** @param {{ folder: string, port: number, logFile: string, durable: boolean }} options */
async function localLauncher({ folder, port, logFile, durable }) {
  await run('redis-server', ['--version']).catch(() => installFromDebian('redis-server'));
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    durable ? 'yes' : 'no',
  ];
  return () => startChild({ command: 'redis-server', args, logFile });
}
