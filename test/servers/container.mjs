// Runs a server image with Docker, as a child like any other: the client in the foreground, the container removed with it.
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { startChild } from './child.mjs';

/** @param {string[]} args @param {number} timeoutMs */
const docker = (args, timeoutMs) => promisify(execFile)('docker', args, { timeout: timeoutMs });

/**
 * A launcher of the container. Rejects when no engine answers, naming also `instead`: why the server was not to be had without.
 * A container keeps no data between launches.
 * @param {{ image: string, publish: string, env?: Record<string, string>, logFile: string, instead: Error }} options
 * @returns {Promise<() => import('./child.mjs').Child>}
 */
export async function startContainer({ image, publish, env = {}, logFile, instead }) {
  await docker(['version', '--format', '{{.Server.Version}}'], 10_000).catch(() => {
    throw new Error(`${instead.message}; and no Docker engine answers that could run ${image} instead`, { cause: instead });
  });
  await docker(['image', 'inspect', image], 10_000)
    .catch(() => docker(['pull', image], 600_000))
    .catch((error) => {
      throw new Error(`${instead.message}; and Docker cannot fetch ${image}: ${error.message}`, { cause: error });
    });
  const environment = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return () => {
    const name = `tocsin-test-${randomBytes(6).toString('hex')}`;
    const args = ['run', '--rm', '--init', '--name', name, '-p', publish, ...environment, image];
    const child = startChild({ command: 'docker', args, logFile });
    const remove = () => {
      try {
        execFileSync('docker', ['rm', '-f', name], { stdio: 'ignore' });
      } catch {
        // It is gone already.
      }
    };
    process.once('exit', remove);
    return {
      ...child,
      freeze: () => void execFileSync('docker', ['pause', name], { stdio: 'ignore' }),
      thaw: () => void execFileSync('docker', ['unpause', name], { stdio: 'ignore' }),
      stop: async (signal, graceMs) => {
        process.off('exit', remove);
        remove();
        await child.stop(signal, graceMs);
      },
    };
  };
}
