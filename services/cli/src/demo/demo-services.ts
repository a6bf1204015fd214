// The scorer and the trainer of the demo, in this process, from the same parts as the separate ones.
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import { createKeepWindows, createPrometheusMeter, createScorer } from '@tocsin/scorer';
import { createTrainer } from '@tocsin/trainer';
import type { ReaderStatus } from '@tocsin/transport';
import type { DemoFleet } from './demo-fleet.ts';
import type { DemoRoom } from './demo-room.ts';

/** A lesson short enough for a demo; a fleet that runs for years can afford the defaults. */
export const demoLesson = { everyMs: 500, minDevices: 3, minWindows: 12, minNewWindows: 150, metaSteps: 40 };

export type DemoServices = {
  /** Position of the scorer in the telemetry. */
  telemetry: { status(): ReaderStatus };
  startTrainer(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the scorer; the trainer waits until it is asked. */
export async function startDemoServices(room: DemoRoom, fleet: DemoFleet, seed: number, note: LogMessage): Promise<DemoServices> {
  const { transport, state, config } = room;
  const classes = fleet.classes;
  const metrics = createMetrics({ service: 'demo', classes: classes.map(({ name }) => name) });
  const scorer = createScorer({
    transport,
    state,
    registry: null,
    classes,
    topics: config.topics,
    groupId: config.scorer.groupId,
    instanceId: 'demo',
    commitEveryMs: config.scorer.commitEveryMs,
    devicesMax: config.scorer.devicesMax,
    giveUpMs: config.scorer.giveUpMs,
    keepWindow: createKeepWindows(state, note),
    meter: createPrometheusMeter(metrics, Date.now, () => performance.now()),
    note,
    now: Date.now,
    sleep: (ms) => sleep(ms),
  });
  const trainer = createTrainer({
    transport,
    state,
    classes,
    topics: config.topics,
    config: {
      ...config.trainer,
      ...demoLesson,
      seed,
      // There is no time to try a bundle on a few machines first, and machines that break on purpose would take it back.
      canary: { ...config.trainer.canary, share: 0 },
      watchMs: 0,
    },
    metrics: metrics.trainer(),
    note,
    now: Date.now,
  });
  await scorer.start();
  let stopTrainer = async () => {};
  return {
    telemetry: { status: () => scorer.status().telemetry },
    async startTrainer() {
      await trainer.start();
      stopTrainer = () => trainer.stop();
    },
    async stop() {
      await Promise.all([scorer.stop(), stopTrainer()]);
    },
  };
}
