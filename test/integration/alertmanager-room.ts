// A real Alertmanager at a port of its own, and what fires there. It keeps nothing over a restart.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, tailOf } from '../servers/child.mjs';
import { freePorts } from '../servers/loopback.mjs';

export type FiringAlert = {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  generatorURL: string;
  updatedAt: string;
};

export type AlertmanagerRoom = {
  url: string;
  /** By what they are about; empty while it does not answer. */
  firing(): Promise<FiringAlert[]>;
  /** One of its own figures, summed over all label sets. */
  figure(name: string): Promise<number>;
  /** Ends it and starts it again, with nothing in memory. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startAlertmanager(program: string): Promise<AlertmanagerRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  const [port] = await freePorts(1);
  const [config, logFile] = [join(folder, 'alertmanager.yml'), join(folder, 'alertmanager.log')];
  writeFileSync(config, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  let starts = 0;
  const launch = () => {
    const storage = join(folder, `data-${++starts}`);
    mkdirSync(storage);
    const where = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
    return startChild({ command: program, args: [`--config.file=${config}`, `--storage.path=${storage}`, ...where], logFile });
  };
  let child = launch();
  const url = `http://127.0.0.1:${port}`;
  async function get(path: string): Promise<Response | null> {
    if (!child.isRunning()) throw new Error(`alertmanager has ended:\n${tailOf(logFile)}`);
    return fetch(`${url}${path}`).catch(() => null);
  }
  return {
    url,
    async firing() {
      const answer = await get('/api/v2/alerts');
      const alerts = answer?.ok === true ? ((await answer.json()) as FiringAlert[]) : [];
      return alerts.toSorted((one, two) => (nameOf(one) < nameOf(two) ? -1 : 1));
    },
    async figure(name) {
      const text = (await (await get('/metrics'))?.text()) ?? '';
      const lines = text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async restart() {
      await child.stop('SIGTERM', 10_000);
      child = launch();
    },
    async stop() {
      await child.stop('SIGTERM', 10_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `pump-1`, or what an incident is called. */
export function nameOf({ labels }: FiringAlert): string {
  return labels['device'] ?? labels['alertname'];
}
