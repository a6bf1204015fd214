// The live path's calls as Prometheus metrics; figures that are looked up rather than counted are refreshed on a scrape.
import type { Metrics } from '@tocsin/observability';
import { bundlesOfDevices } from './bundles-in-use.ts';
import type { Meter } from './meter.ts';
import type { Scorer } from './scorer.ts';
import { quantileOf } from './watermark-delays.ts';

/** `now` in epoch milliseconds; `clock` in milliseconds, monotonic. */
export function createPrometheusMeter(metrics: Metrics, now: () => number, clock: () => number): Meter {
  const scorer = metrics.scorer();
  return {
    record({ value }) {
      scorer.records.inc();
      scorer.recordBytes.inc(value?.byteLength ?? 0);
    },
    rejected: (reason) => scorer.rejected.inc({ reason }),
    samples(deviceClass, { samples, lateSamples, repeatedSamples }) {
      scorer.samples.inc({ class: deviceClass }, samples);
      if (lateSamples > 0) scorer.lateSamples.inc({ class: deviceClass }, lateSamples);
      if (repeatedSamples > 0) scorer.repeatedSamples.inc({ class: deviceClass }, repeatedSamples);
    },
    setBack: (deviceClass) => scorer.setBacks.inc({ class: deviceClass }),
    window: (deviceClass, outcome) => scorer.windows.inc({ class: deviceClass, outcome }),
    confidence: (deviceClass, confidence) => scorer.windowsByConfidence.inc({ class: deviceClass, confidence }),
    untaught: (deviceClass, reason) => scorer.untaught.inc({ class: deviceClass, reason }),
    block: (deviceClass, outcome) => scorer.blocks.inc({ class: deviceClass, outcome }),
    closingHeld: (deviceClass) => scorer.closingsHeld.inc({ class: deviceClass }),
    undone: (deviceClass, change) => scorer.changesUndone.inc({ class: deviceClass, change }),
    windowsSent(windows) {
      const nowMs = now();
      for (const { deviceClass, endMs } of windows)
        scorer.windowToLogSeconds.observe({ class: deviceClass }, Math.max(0, nowMs - endMs) / 1000);
    },
    alertsSent(alerts) {
      for (const { deviceClass, severity, state, endMs, guard } of alerts) {
        if (guard !== undefined) {
          if (state !== 'updated') scorer.guardAlerts.inc({ class: deviceClass, guard, state });
          continue;
        }
        scorer.alerts.inc({ class: deviceClass, severity, state });
        scorer.windowToAlertSeconds.observe(Math.max(0, now() - endMs) / 1000);
      }
    },
    deviceCache: (hits, misses) => {
      scorer.deviceCache.inc({ outcome: 'hit' }, hits);
      scorer.deviceCache.inc({ outcome: 'miss' }, misses);
    },
    deviceLoaded: (outcome) => scorer.deviceStates.inc({ outcome }),
    label: (outcome) => scorer.labels.inc({ outcome }),
    adapted: (deviceClass) => scorer.adaptations.inc({ class: deviceClass }),
    adoption(deviceClass, version, outcome) {
      scorer.initialisations.inc({ outcome });
      if (outcome === 'adopted') scorer.initialisationVersion.set({ class: deviceClass }, version);
    },
    bundleGone: (deviceClass) => scorer.bundlesGone.inc({ class: deviceClass }),
    conflicts: (devices) => scorer.conflicts.inc(devices),
    overtakenAgain: () => scorer.overtakenAgain.inc(),
    timed(stage, work) {
      const startedMs = clock();
      const result = work();
      scorer.stageSeconds.observe({ stage }, (clock() - startedMs) / 1000);
      return result;
    },
    async timedAsync(stage, work) {
      const startedMs = clock();
      const result = await work();
      scorer.stageSeconds.observe({ stage }, (clock() - startedMs) / 1000);
      return result;
    },
  };
}

/** Keeps the figures that mirror the scorer's status current at every scrape; a partition that went to another process goes. */
export function exportStatus(metrics: Metrics, scorer: Scorer, isUp: { log(): boolean; store(): boolean }): void {
  const { devices, devicesByBundle, canaryVersion, watermarkDelay, dependencyUp } = metrics.scorer();
  const { lagRecords, holdRecords, rebalances, resets } = metrics.reader();
  const counted = { rebalances: 0, resets: 0 };
  metrics.beforeScrape(() => {
    const status = scorer.status();
    for (const dependency of ['log', 'store'] as const) dependencyUp.set({ dependency }, isUp[dependency]() ? 1 : 0);
    devices.set(status.devices);
    for (const [deviceClass, counts] of Object.entries(status.devicesByBundle)) {
      canaryVersion.set({ class: deviceClass }, status.canaries[deviceClass]);
      for (const bundle of bundlesOfDevices) devicesByBundle.set({ class: deviceClass, bundle }, counts[bundle]);
    }
    const delays = scorer.watermarkDelays();
    for (const name of Object.keys(status.devicesByBundle))
      for (const quantile of ['0.5', '0.95'] as const)
        watermarkDelay.set({ class: name, quantile }, quantileOf(delays.get(name) ?? [], Number(quantile)));
    lagRecords.reset();
    holdRecords.reset();
    for (const { topic, partition, next, endOffset } of status.telemetry.assigned) {
      if (next !== null && endOffset !== null) lagRecords.set({ topic, partition }, Math.max(0, endOffset - next));
      const held = status.held.get(`${topic}:${partition}`);
      if (held !== undefined) holdRecords.set({ topic, partition }, held);
    }
    rebalances.inc(status.telemetry.rebalances - counted.rebalances);
    resets.inc(status.telemetry.resets - counted.resets);
    Object.assign(counted, { rebalances: status.telemetry.rebalances, resets: status.telemetry.resets });
  });
}
