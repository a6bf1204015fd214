// Every query of every panel and rule, asked of a real Prometheus that has scraped the real services: `tocsin run` and a simulated fleet.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricGroups, type Declaration } from '@tocsin/observability';
import { dashboards } from '../../deploy/src/deploy-files.ts';
import { recorded } from '../../deploy/src/rules/recorded.ts';
import { alertRules } from '../../deploy/src/rules/write-rules.ts';
import { startCommand, type RunningCommand } from '../integration/command.ts';
import { freePorts } from '../servers/loopback.mjs';
import { startPrometheus, type PrometheusRoom, type Sample } from './prometheus-room.ts';

const prometheus = process.env['PROMETHEUS'];
const skipped = prometheus === undefined ? ' (skipped: PROMETHEUS is not set)' : '';
const services = ['scorer', 'trainer', 'notifier', 'console', 'simulator'] as const;
/** For everything to be there, on a machine with much else to do. */
const limitMs = 240_000;

const panels = dashboards.flatMap(({ title, rows }) =>
  rows.flatMap((row) => row.panels.map((panel) => ({ ...panel, place: `${title} / ${row.title} / ${panel.title}` }))),
);
const isFigure = ({ value: [, figure] }: Sample) => figure !== 'NaN';
/** As Grafana would ask it, every class chosen. */
const filledIn = (query: string) => query.replaceAll('$__rate_interval', '20s').replaceAll('$class', '.+');

describe.skipIf(prometheus === undefined)(`dashboards and rules${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-dash-'));
  const receiver = createHttpServer((_request, response) => void response.writeHead(204).end());
  const started: RunningCommand[] = [];
  let room: PrometheusRoom;

  beforeAll(async () => {
    const ports = await freePorts(services.length + 1);
    const portOf = Object.fromEntries(services.map((name, i) => [name, ports[i]]));
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    const address = receiver.address();
    const sink = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
    const config = join(folder, 'tocsin.yaml');
    writeFileSync(config, JSON.stringify(settings(folder, portOf, sink)));
    for (const name of ['run', 'simulator']) started.push(startCommand([name, '--config', config], { cwd: folder }));
    const targets = services.map((name) => `127.0.0.1:${portOf[name]}`);
    room = startPrometheus(prometheus!, { folder, port: ports[services.length], targets });
  }, 60_000);
  afterAll(async () => {
    await Promise.all([...started.map((command) => command.end('SIGKILL')), room?.stop()]);
    receiver.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }, 60_000);

  /** Asks until there is nothing left to wish for; the rest of the wishes when time is up. */
  async function until(wishes: () => Promise<string[]>): Promise<string[]> {
    for (const end = Date.now() + limitMs; ; await sleep(1000)) {
      const left = await wishes().catch((error: unknown) => [String(error)]);
      if (left.length === 0 || Date.now() > end) return left;
      const ended = started.find((command) => command.hasEnded());
      if (ended !== undefined) throw new Error(`a service has ended:\n${ended.output().slice(-3000)}`);
    }
  }

  async function emptyOf(queries: readonly { place: string; query: string }[]): Promise<string[]> {
    const empty: string[] = [];
    for (const { place, query } of queries) {
      const found = await room.ask(filledIn(query));
      if (!found.some(isFigure)) empty.push(`${place}: ${query}`);
    }
    return empty;
  }

  test(
    'every panel has something to show',
    async () => {
      const wanted = panels.filter(({ mayBeEmpty }) => mayBeEmpty === undefined);
      const left = await until(() => emptyOf(wanted.map(({ place, lines }) => ({ place, query: lines[0].query }))));
      expect(left).toEqual([]);
    },
    limitMs + 30_000,
  );

  test('every query of every panel is answered', async () => {
    const refused: string[] = [];
    for (const { place, lines } of panels)
      for (const { query } of lines)
        await room.ask(filledIn(query)).catch((error: unknown) => refused.push(`${place}: ${String(error)}`));
    expect(refused).toEqual([]);
  }, 60_000);

  test(
    'every rule is evaluated, and every recorded one has data',
    async () => {
      expect(await until(() => emptyOf(Object.values(recorded).map(({ name }) => ({ place: 'recorded', query: name }))))).toEqual(
        [],
      );
      const { groups } = (await room.get('rules')) as {
        groups: { rules: { name: string; health: string; lastError?: string }[] }[];
      };
      const rules = groups.flatMap((group) => group.rules);
      expect(rules.map(({ name }) => name).sort()).toEqual(
        [...alertRules, ...Object.values(recorded)].map(({ name }) => name).sort(),
      );
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    },
    limitMs + 30_000,
  );

  test('a line that runs well raises no alert about itself', async () => {
    const ill = await room.ask(
      'ALERTS{alertname=~"TocsinDown|TocsinNoScorer|TocsinNoProgress|TocsinDependencyAway|TocsinState.*"}',
    );
    expect(ill.filter(({ metric }) => metric['alertstate'] === 'firing')).toEqual([]);
  });

  test('series are those that are declared, with labels from closed lists; none names a device', async () => {
    const series = (await room.get(`series?match[]=${encodeURIComponent('{__name__=~"tocsin_.*"}')}`)) as Record<
      string,
      string
    >[];
    expect(series.length).toBeGreaterThan(300);
    expect([...new Set(series.flatMap(strangeIn))]).toEqual([]);
    expect(series.filter((each) => Object.values(each).some((value) => /^pump-\d+$/.test(value)))).toEqual([]);
  });

  test('a service that is killed is missed', async () => {
    await started[0].end('SIGKILL');
    await expect.poll(async () => (await room.ask('ALERTS{alertname="TocsinDown"}')).length, { timeout: 60_000 }).toBe(4);
  }, 90_000);
});

/** A fleet that is quick to learn from, in which some things go wrong. */
function settings(folder: string, portOf: Readonly<Record<string, number>>, sink: string): object {
  const deviceClass = 'pump';
  return {
    transport: { kind: 'embedded', directory: join(folder, 'log') },
    state: { kind: 'embedded', directory: join(folder, 'state') },
    topics: { partitions: 2 },
    log: { level: 'warn' },
    classes: {
      [deviceClass]: { channels: ['drive-end', 'free-end'], rateHz: 2048, features: { wavelet: false, envelope: false } },
    },
    scorer: { httpPort: portOf['scorer'] },
    trainer: {
      httpPort: portOf['trainer'],
      store: { directory: join(folder, 'episodes') },
      everyMs: 500,
      minWindows: 24,
      minNewWindows: 200,
      metaSteps: 20,
    },
    console: { httpPort: portOf['console'] },
    notifier: { httpPort: portOf['notifier'], sinks: { ops: { kind: 'alertmanager', url: sink } } },
    simulator: {
      httpPort: portOf['simulator'],
      devices: 6,
      deviceClass,
      speed: 4,
      healthyS: 60,
      faultEveryS: 120,
      faultLastS: 30,
      disturb: { duplicate: 0.02, outOfOrder: 0.02, notFinite: 0.01 },
    },
  };
}

const declarations = new Map<string, Declaration>(
  metricGroups.flatMap((group) => Object.values<Declaration>(group.declarations).map((each) => [each.name, each] as const)),
);

/** What is not declared of a series: its name, a label, or a value of one. */
function strangeIn({ __name__: name, job: _job, instance: _instance, le: _le, ...labels }: Record<string, string>): string[] {
  const declared = declarations.get(name) ?? declarations.get(name.replace(/_(bucket|sum|count)$/, ''));
  if (declared === undefined) return [name];
  return Object.entries(labels).flatMap(([label, value]) => {
    const values = declared.labels[label];
    if (values === undefined) return [`${name}{${label}}`];
    const known = values === 'class' ? ['pump'] : values === 'sink' ? ['ops'] : values;
    return typeof known === 'string' || known.includes(value) ? [] : [`${name}{${label}="${value}"}`];
  });
}
