// Runs a server image with Docker, as a child like any other: the client in the foreground, the container removed with it.
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { startChild } from './child.mjs';

/**
 * A launcher of the container. Rejects when no engine answers, naming also `instead`: why the server was not to be had without.
 * A container keeps no data between launches.
 * @param {{ image: string, publish: string, env?: Record<string, string>, logFile: string, instead: Error }} options
 * @returns {Promise<() => import('./child.mjs').Child>}
 */
export async function startContainer({ image, publish, env = {}, logFile, instead }) {
  await promisify(execFile)('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 }).catch(() => {
    throw new Error(`${instead.message}; and no Docker engine answers that could run ${image} instead`, { cause: instead });
  });
  const environment = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return () => {
    const name = `tocsin-test-${randomBytes(6).toString('hex')}`;
    const args = ['run', '--rm', '--init', '--name', name, '-p', publish, ...environment, image];
    const child = startChild({ command: 'docker', args, logFile });
    const remove = () => execFileSync('docker', ['rm', '-f', name], { stdio: 'ignore' });
    process.once('exit', remove);
    return {
      ...child,
      stop: async (signal, graceMs) => {
        process.off('exit', remove);
        remove();
        await child.stop(signal, graceMs);
      },
    };
  };
}
