// A real Redis Cluster of three primaries for tests, from the redis-server on the PATH; nothing is kept on disk.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.mjs';
import { freePorts, untilItAnswers } from './loopback.mjs';
import { ask } from './redis-ask.mjs';

/** @typedef {{ port: number, busPort: number }} Node */

const primaries = 3;
const slots = 16_384;

/** Can a cluster be started here at all? */
export function hasRedisServer() {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} `url` names every node, separated by commas */
export async function startRedisCluster() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-redis-cluster-'));
  const ports = await freePorts(2 * primaries);
  const nodes = Array.from({ length: primaries }, (_, i) => ({ port: ports[2 * i], busPort: ports[2 * i + 1] }));
  const children = nodes.map((node) =>
    startChild({ command: 'redis-server', args: argsOf(node, folder), logFile: join(folder, 'log') }),
  );
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop('SIGKILL', 0)));
    rmSync(folder, { recursive: true, force: true });
  };
  const isAlive = () => children.every((child) => child.isRunning());
  try {
    await untilItAnswers({ attempt: () => Promise.all(nodes.map(({ port }) => ask(port, 'PING'))), isAlive, timeoutMs: 30_000 });
    await joinNodes(nodes);
    await untilItAnswers({ attempt: () => Promise.all(nodes.map(({ port }) => requireWhole(port))), isAlive, timeoutMs: 30_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(','), stop };
}

/** @param {Node} node @param {string} folder @returns {string[]} */
function argsOf({ port, busPort }, folder) {
  const cluster = ['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, '--cluster-config-file', `nodes-${port}.conf`];
  return ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', ...cluster];
}

/** Gives every node its share of the slots and lets the first one meet the others. @param {Node[]} nodes */
async function joinNodes(nodes) {
  const share = Math.ceil(slots / nodes.length);
  for (const [i, { port, busPort }] of nodes.entries()) {
    await ask(port, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`);
    await ask(port, `CLUSTER ADDSLOTSRANGE ${i * share} ${Math.min((i + 1) * share, slots) - 1}`);
    if (i > 0) await ask(nodes[0].port, `CLUSTER MEET 127.0.0.1 ${port} ${busPort}`);
  }
}

/** Rejects until this node sees every other one and no slot without an owner. @param {number} port */
async function requireWhole(port) {
  const info = await ask(port, 'CLUSTER INFO');
  if (!info.includes('cluster_state:ok') || !info.includes(`cluster_size:${primaries}`))
    throw new Error('the cluster is not whole yet');
}
