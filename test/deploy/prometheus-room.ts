// A real Prometheus that scrapes what a test runs, every second, with the rules of deploy/prometheus; and questions to it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, tailOf } from '../servers/child.mjs';

const rules = fileURLToPath(new URL('../../deploy/prometheus/rules.yml', import.meta.url));

export type Sample = { metric: Record<string, string>; value: [number, string] };

export type PrometheusRoom = {
  /** Series now; rejects where the query is refused, with why. */
  ask(query: string): Promise<Sample[]>;
  /** Everything that answers at a path of the API, as it is there. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
};

/** Resolves at once; it takes a moment until it answers. `targets` are `host:port`. */
export function startPrometheus(
  program: string,
  options: { folder: string; port: number; targets: readonly string[] },
): PrometheusRoom {
  const folder = join(options.folder, 'prometheus');
  const [config, logFile] = [join(folder, 'prometheus.yml'), join(folder, 'prometheus.log')];
  mkdirSync(folder);
  const settings = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'tocsin', static_configs: [{ targets: options.targets }] }],
  };
  writeFileSync(config, JSON.stringify(settings));
  const listen = `127.0.0.1:${options.port}`;
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=${listen}`];
  const child = startChild({ command: program, args, logFile });

  async function get(path: string): Promise<unknown> {
    if (!child.isRunning()) throw new Error(`prometheus has ended:\n${tailOf(logFile)}`);
    const answer: unknown = await (await fetch(`http://${listen}/api/v1/${path}`)).json();
    if (!isSuccess(answer)) throw new Error(`${decodeURIComponent(path)}: ${JSON.stringify(answer)}`);
    return answer.data;
  }
  return {
    get,
    async ask(query) {
      const { result } = (await get(`query?query=${encodeURIComponent(query)}`)) as { result: Sample[] };
      return result;
    },
    stop: () => child.stop('SIGTERM', 10_000),
  };
}

function isSuccess(answer: unknown): answer is { data: unknown } {
  return typeof answer === 'object' && answer !== null && 'status' in answer && answer.status === 'success' && 'data' in answer;
}
