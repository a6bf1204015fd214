// One service as a real process, run from the build the way a user runs it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type ServiceProcess = {
  /** Base address of /metrics, /livez and /readyz; empty for a service without. */
  url: string;
  output(): string;
  /** Did it end by itself with an error? */
  hasFailed(): boolean;
  hasEnded(): boolean;
  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal and waits for the end; resolves with the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
};

const root = join(import.meta.dirname, '../..');

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts `services/<name>` with a configuration file; `env` may override settings. */
export function startService(
  name: 'scorer' | 'trainer' | 'notifier' | 'simulator',
  configFile: string,
  httpPort: number,
  env: Record<string, string>,
): ServiceProcess {
  const entry = join(root, 'services', name, 'dist/main.js');
  const port = { [`TOCSIN_${name.toUpperCase()}_HTTP_PORT`]: String(httpPort) };
  const child: ChildProcess = spawn(process.execPath, [entry, '--config', configFile], {
    env: { ...process.env, ...port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    url: `http://127.0.0.1:${httpPort}`,
    output: () => output,
    hasFailed: () => child.exitCode !== null && child.exitCode !== 0,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      if (child.exitCode !== null) return child.exitCode;
      if (child.signalCode !== null) return child.signalCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode ?? child.signalCode;
    },
  };
}

/** Label sets of a metric; 0 when the service cannot be reached. */
export async function labelSets(service: ServiceProcess, name: string): Promise<number> {
  const response = await fetch(`${service.url}/metrics`).catch(() => null);
  return response === null ? 0 : (await response.text()).split('\n').filter((line) => line.startsWith(`${name}{`)).length;
}

/** Value of a metric in Prometheus text, summed over the label sets that contain `labels`; 0 where there is none. */
export async function metric(service: ServiceProcess, name: string, labels = ''): Promise<number> {
  const response = await fetch(`${service.url}/metrics`).catch(() => null);
  if (response === null) return 0;
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
  return lines
    .filter((line) => /^[^ {]+/.exec(line)?.[0] === name)
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
