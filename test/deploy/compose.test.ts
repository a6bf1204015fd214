// docker-compose.yml fits the programs and files it names. It is read, not run: no container engine is asked for here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '@tocsin/config';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Service = {
  command?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: unknown;
  ports?: string[];
  environment?: Record<string, string>;
  build?: { dockerfile: string };
};
const compose: { services: Record<string, Service>; volumes: Record<string, unknown> } = parse(read('docker-compose.yml'), {
  merge: true,
});
const services = Object.entries(compose.services);
const tocsin = ['scorer', 'trainer', 'console', 'notifier', 'simulator'];

test('its services', () => {
  expect(Object.keys(compose.services).sort()).toEqual([
    'console',
    'grafana',
    'kafka',
    'notifier',
    'prometheus',
    'redis',
    'scorer',
    'simulator',
    'trainer',
  ]);
});

test('what is mounted is there, and volumes are declared', () => {
  for (const [name, { volumes = [] }] of services) {
    for (const [source] of volumes.map((volume) => volume.split(':'))) {
      const isThere = source.startsWith('.') ? existsSync(join(root, source)) : source in compose.volumes;
      expect(isThere, `${name} mounts ${source}`).toBe(true);
    }
  }
});

test('every service is waited for by its health, which it has', () => {
  for (const [name, { depends_on: needs = {} }] of services) {
    for (const [needed, { condition }] of Object.entries(needs)) {
      expect(condition, `${name} needs ${needed}`).toBe('service_healthy');
      expect(compose.services[needed].healthcheck, `${needed} has a health check`).toBeDefined();
    }
  }
});

test.each(tocsin)('%s is run with the configuration that is mounted', (name) => {
  const { command = [], volumes = [], environment = {}, build } = compose.services[name];
  expect(command[0]).toBe(name);
  const file = command[command.indexOf('--config') + 1];
  const mounted = volumes.map((volume) => volume.split(':')).find(([, target]) => target === file);
  if (mounted === undefined) throw new Error(`${file} is not mounted`);
  const config = loadConfig({ file: read(mounted[0]), env: environment });
  expect(config.transport).toMatchObject({ kind: 'kafka', brokers: ['kafka:9092'] });
  expect(config.state).toMatchObject({ kind: 'redis', url: 'redis://redis:6379' });
  expect(existsSync(join(root, build?.dockerfile ?? 'missing'))).toBe(true);
});

test('Prometheus asks every service that has metrics, at its port, and no other', () => {
  type Job = { job_name: string; static_configs: { targets: string[] }[] };
  const { scrape_configs: jobs }: { scrape_configs: Job[] } = parse(read('deploy/prometheus/prometheus.yml'));
  const targets = jobs.flatMap((job) => job.static_configs.flatMap((each) => each.targets));
  const config = loadConfig({ file: read('deploy/docker/tocsin.yaml'), env: {} });
  const scraped = ['console', 'notifier', 'scorer', 'simulator', 'trainer'] as const;
  expect(targets.sort()).toEqual(scraped.map((name) => `${name}:${config[name].httpPort}`));
  const unwatched = jobs.find(({ job_name: name }) => name !== 'tocsin')?.static_configs.flatMap((each) => each.targets);
  expect(unwatched).toEqual([`simulator:${config.simulator.httpPort}`]);
});

test('Grafana finds the dashboards and the Prometheus that they ask first, and knows how often it scrapes', () => {
  const folder = 'deploy/grafana/provisioning';
  const {
    datasources: [source],
  }: { datasources: { uid: string; url: string; jsonData: { timeInterval: string } }[] } = parse(
    read(`${folder}/datasources/prometheus.yaml`),
  );
  const {
    providers: [provider],
  }: { providers: { options: { path: string } }[] } = parse(read(`${folder}/dashboards/tocsin.yaml`));
  const { global }: { global: { scrape_interval: string } } = parse(read('deploy/prometheus/prometheus.yml'));
  const { volumes = [] } = compose.services['grafana'];
  expect(volumes).toEqual([
    `./${folder}:/etc/grafana/provisioning:ro`,
    `./deploy/grafana/dashboards:${provider.options.path}:ro`,
  ]);
  expect([source.uid, source.jsonData.timeInterval]).toEqual(['prometheus', global.scrape_interval]);
  const { hostname, port } = new URL(source.url);
  expect(compose.services[hostname].ports).toEqual([`${port}:${port}`]);
});

test('the console listens to the other containers, and is published on this machine alone', () => {
  const { environment = {}, ports = [] } = compose.services['console'];
  const { host, httpPort } = loadConfig({ file: read('deploy/docker/tocsin.yaml'), env: environment }).console;
  expect([host, ports]).toEqual(['0.0.0.0', [`127.0.0.1:${httpPort}:${httpPort}`]]);
});

test('what the trainer remembers outlives its container', () => {
  const { volumes = [] } = compose.services['trainer'];
  const [, place] = volumes.map((volume) => volume.split(':')).find(([source]) => source === 'episodes') ?? [];
  const directory = /TOCSIN_TRAINER_STORE_DIRECTORY=(\S+)/.exec(read('deploy/docker/Dockerfile'))?.[1];
  expect(directory?.startsWith(`${place}/`)).toBe(true);
});

test('the image starts the command line', () => {
  const entry = /^ENTRYPOINT (.*)$/m.exec(read('deploy/docker/Dockerfile'))?.[1] ?? '[]';
  expect(JSON.parse(entry)).toEqual(['node', 'services/cli/dist/main.js']);
});
