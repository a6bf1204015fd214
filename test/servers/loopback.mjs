// Free loopback ports, and waiting until something answers.
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ports that nobody listened on a moment ago; all different.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Calls `attempt` until it resolves; rejects with its last error after `timeoutMs`, or at once when `isAlive` says no.
 * @template T
 * @param {{ attempt: () => Promise<T>, isAlive: () => boolean, timeoutMs: number }} options
 * @returns {Promise<T>}
 */
export async function untilItAnswers({ attempt, isAlive, timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      if (!isAlive()) throw new Error('it ended while starting', { cause: error });
      if (Date.now() > deadline) throw new Error(`no answer within ${timeoutMs} ms`, { cause: error });
      await sleep(100);
    }
  }
}

/** @returns {Promise<import('node:net').Server>} */
function listenAnywhere() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
