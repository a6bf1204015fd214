// Declarations to instruments in a registry of its own. Two services in one process do not see each other's.
import * as prom from 'prom-client';
import type { Declaration, Declarations, Instruments, LabelValues } from './metric-declaration.ts';
import { consoleMetrics } from './console-metrics.ts';
import { notifierMetrics } from './notifier-metrics.ts';
import { readerMetrics } from './reader-metrics.ts';
import { scorerMetrics } from './scorer-metrics.ts';
import { serviceMetrics } from './service-metrics.ts';
import { simulatorMetrics } from './simulator-metrics.ts';
import { trainerMetrics } from './trainer-metrics.ts';

export type ReaderMetrics = Instruments<typeof readerMetrics>;
export type ScorerMetrics = Instruments<typeof scorerMetrics>;
export type TrainerMetrics = Instruments<typeof trainerMetrics>;
export type SimulatorMetrics = Instruments<typeof simulatorMetrics>;
export type ConsoleMetrics = Instruments<typeof consoleMetrics>;
export type NotifierMetrics = Instruments<typeof notifierMetrics>;

export type Metrics = {
  /** Instruments of one kind of work, registered on the first call; label sets with known values start at 0. */
  reader(): ReaderMetrics;
  scorer(): ScorerMetrics;
  trainer(): TrainerMetrics;
  simulator(): SimulatorMetrics;
  console(): ConsoleMetrics;
  notifier(): NotifierMetrics;
  /** Calls `ready` before every scrape: nothing that is missing is ready. */
  exportReady(ready: () => readonly string[]): void;
  /** Calls `refresh` before every scrape: for figures that are looked up rather than counted. */
  beforeScrape(refresh: () => void): void;
  /** Prometheus text of everything registered. */
  text(): Promise<string>;
  contentType: string;
};

export type MetricsOptions = {
  service: string;
  version?: string;
  /** Names of the device classes: the values of the label `class`. */
  classes?: readonly string[];
  /** Names of the sinks: the values of the label `sink`. */
  sinks?: readonly string[];
};

type Known = { class: readonly string[]; sink: readonly string[] };

/** Registers the figures of the process (CPU, memory, event-loop lag, garbage collection) and `tocsin_build_info` at once. */
export function createMetrics({ service, version = '0.1.0', classes = [], sinks = [] }: MetricsOptions): Metrics {
  const registry = new prom.Registry();
  const refreshes: (() => void)[] = [];
  const known: Known = { class: classes, sink: sinks };
  prom.collectDefaultMetrics({ register: registry });
  const { build, ready: readiness } = instruments(serviceMetrics, registry, known);
  build.set({ service, version, node: process.version }, 1);

  return {
    reader: once(() => instruments(readerMetrics, registry, known)),
    scorer: once(() => instruments(scorerMetrics, registry, known)),
    trainer: once(() => instruments(trainerMetrics, registry, known)),
    simulator: once(() => instruments(simulatorMetrics, registry, known)),
    console: once(() => instruments(consoleMetrics, registry, known)),
    notifier: once(() => instruments(notifierMetrics, registry, known)),
    exportReady: (ready) => void refreshes.push(() => readiness.set(ready().length === 0 ? 1 : 0)),
    beforeScrape: (refresh) => void refreshes.push(refresh),
    text() {
      for (const refresh of refreshes) refresh();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function instruments<G extends Declarations>(group: G, registry: prom.Registry, known: Known): Instruments<G> {
  // Entries of unknown make fromEntries promise nothing: keys and kinds are those of the group, which no type can follow here.
  const entries: (readonly unknown[])[] = Object.entries(group).map(([key, value]) => [key, instrument(value, registry, known)]);
  return Object.fromEntries(entries);
}

function instrument(declaration: Declaration, registry: prom.Registry, known: Known): prom.Metric {
  const { kind, name, help, labels, buckets, startsAt = 0 } = declaration;
  const common = { name, help, labelNames: Object.keys(labels), registers: [registry] };
  const sets = labelSets(labels, known);
  if (kind === 'histogram') {
    const histogram = new prom.Histogram({ ...common, ...(buckets === undefined ? {} : { buckets: [...buckets] }) });
    sets.forEach((set) => histogram.zero(set));
    return histogram;
  }
  if (kind === 'gauge') {
    const gauge = new prom.Gauge(common);
    sets.forEach((set) => gauge.set(set, startsAt));
    return gauge;
  }
  const counter = new prom.Counter(common);
  sets.forEach((set) => counter.inc(set, 0));
  return counter;
}

/** Every combination of label values that is known beforehand; none where one of them is not. */
function labelSets(labels: Readonly<Record<string, LabelValues>>, known: Known): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (sets, [label, values]) => {
      const listed = values === 'class' || values === 'sink' ? known[values] : typeof values === 'string' ? [] : values;
      return sets.flatMap((set) => listed.map((value) => ({ ...set, [label]: value })));
    },
    [{}],
  );
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
