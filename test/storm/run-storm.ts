// One storm, from one seed: telemetry is written while things break, then the world is healed, the lag drains, and what lies in the
// topics is judged against what must be there.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDeviceClass } from '@tocsin/config';
import { createRandom } from '@tocsin/signals';
import type { LogRecord } from '@tocsin/transport';
import { labelSets, metric } from '../integration/service-process.ts';
import { commitNow } from '../fixtures/commit-now.ts';
import { judge, type Verdict } from '../simulation/judge.ts';
import { keyOf, truthOf, type Truth } from '../simulation/oracle.ts';
import { sweepMsOf, topics as simulatedTopics } from '../simulation/scorer-setting.ts';
import { guardedSettings, tinySettings } from '../simulation/tiny-class.ts';
import { identityOf, undisturbedOf } from '../simulation/undisturbed.ts';
import { figuresOf, type Figures } from './figures.ts';
import { writeEvidence } from './evidence.ts';
import { scenarios, type Scenario, type ScenarioName } from './scenarios.ts';
import { openStormRoom, type StormRoom, type StormServers, type StormSetting } from './storm-room.ts';
import { stormTelemetry } from './storm-telemetry.ts';
import { writeTelemetry } from './telemetry-writer.ts';
import { watchTopics, type TopicWatch } from './topic-watch.ts';

/** Event time for wall-clock time. */
const speed = 2;
/** Nothing new for so long although something is missing: it will not come any more. */
const drainMs = 60_000;

export type StormOutcome = Figures & {
  scenario: ScenarioName;
  seed: number;
  commit: string;
  setting: StormSetting;
  devices: number;
  scorers: number;
  records: number;
  faults: Record<string, number>;
  verdict: Verdict;
  folder: string;
};

export async function runStorm(
  scenario: ScenarioName,
  seed: number,
  servers: StormServers,
  folder: string,
  { roundsMax = 10 } = {},
): Promise<StormOutcome> {
  const plan: Scenario = scenarios[scenario];
  const random = createRandom(seedOf(scenario, seed));
  const setting: StormSetting = {
    sessionMs: 6000,
    partitions: 4 + Math.floor(3 * random()),
    isGuarded: random() < 0.5,
    commitEveryMs: [100, 300, 1000][Math.floor(3 * random())],
    giveUpMs: [4000, 15_000][Math.floor(2 * random())],
    roundsMax,
  };
  const devices = 20 + Math.floor(21 * random());
  const scorers = 2 + Math.floor(3 * random());
  const name = `storm-${scenario}-${seed}-${Date.now()}`;
  const room = await openStormRoom(name, folder, servers, setting, random);
  try {
    const watch = await watchTopics(room.transport, Object.values(room.topics), `${name}-watch`);
    for (let i = 0; i < scorers; i++) await room.start();
    await untilReady(room);

    const startMs = Math.floor(Date.now() / 60_000) * 60_000;
    const { sent, counts } = stormTelemetry(random, plan.telemetry, devices, { startMs, lengthMs: speed * plan.lastsMs });
    const writing = writeTelemetry(room.transport.writer(), room.topics.telemetry, sent, { startMs, speed });
    // Whatever the storm itself runs into is told; a broken storm proves nothing.
    const handover = await plan.storm(room, writing.isDone);
    writing.hurry();
    await room.heal();
    await writing.done;
    if (writing.repeated() > 0) room.counts['telemetry request sent again'] = writing.repeated();

    const healedMs = Date.now();
    const judged = await drained(room, watch);
    const drainedMs = Date.now() - healedMs;
    for (const scorer of room.living()) await room.stop(scorer);
    await untilCaughtUp(watch);
    const seen = seenIn(room, watch);
    const undisturbed = await undisturbedOf(judged.records, { ...setting, deviceClass: judged.deviceClass });
    const verdict = judge(judged.truth, undisturbed, seen, room.anchors);
    const windows = watch.records(room.topics.windows);
    const figures = figuresOf(judged.truth, windows, room.exits, drainedMs, handover ?? null);
    await watch.stop();
    const outcome: StormOutcome = {
      scenario,
      seed,
      commit: commitNow(),
      setting,
      devices,
      scorers,
      records: judged.records.length,
      faults: { ...counts, ...room.counts },
      verdict,
      folder,
      ...figures,
    };
    writeEvidence(join(folder, 'outcome.json'), outcome, judged.truth, undisturbed, seen);
    return outcome;
  } finally {
    await room.close();
  }
}

/** Did it show anything that must not be? */
export function hasFailed({ verdict: { lost, wrong, conflicting }, exits }: StormOutcome): boolean {
  return lost + wrong + conflicting > 0 || exits.failed > 0;
}

/** Scenarios of one seed differ in everything. */
function seedOf(scenario: ScenarioName, seed: number): number {
  return Buffer.from(scenario).reduce((hash, byte) => (31 * hash + byte) % 2 ** 31, seed);
}

async function untilReady(room: StormRoom): Promise<void> {
  const isReady = async () => {
    const [first] = room.living();
    return first !== undefined && (await fetch(`${first.service.url}/readyz`).catch(() => null))?.status === 200;
  };
  for (const endMs = Date.now() + 60_000; !(await isReady()); await sleep(200))
    if (Date.now() > endMs)
      throw new Error(`no scorer is ready after a minute; see ${room.living()[0]?.service.output().slice(-2000)}`);
}

/** Waits until everything that must be said has been said, or nothing more comes, and the scorers have nothing left to do. */
async function drained(room: StormRoom, watch: TopicWatch) {
  await untilCaughtUp(watch);
  const records = watch.records(room.topics.telemetry);
  // As the processes read it: what only the simulator's classes have is in no configuration.
  const deviceClass = parseDeviceClass('tiny', room.setting.isGuarded ? guardedSettings : tinySettings);
  const truth = truthOf(records, deviceClass, sweepMsOf(deviceClass));
  let missing = Infinity;
  for (let sinceMs = Date.now(); Date.now() - sinceMs < drainMs; await sleep(250)) {
    const left = missingOf(truth, seenIn(room, watch));
    if (left === 0 && (await isIdle(room))) break;
    if (left < missing) sinceMs = Date.now();
    missing = left;
  }
  return { records, deviceClass, truth };
}

function missingOf(truth: Truth, seen: readonly LogRecord[]): number {
  const said = new Set(seen.map(({ topic, value }) => `${topic} ${identityOf(topic, value!)}`));
  const windows = [...truth.windows.values()].filter((window) => !said.has(`${simulatedTopics.windows} ${keyOf(window)}`));
  const letters = [...truth.rejected.keys()].filter((id) => !said.has(`${simulatedTopics.deadLetter} ${id}`));
  return windows.length + letters.length;
}

/** The scorers have all partitions between them, each once, and no lag in any. */
async function isIdle({ living, setting }: StormRoom): Promise<boolean> {
  const services = living().map(({ service }) => service);
  const sets = await Promise.all(services.map((service) => labelSets(service, 'tocsin_lag_records')));
  const lags = await Promise.all(services.map((service) => metric(service, 'tocsin_lag_records')));
  return sets.reduce((a, b) => a + b, 0) === setting.partitions && lags.every((lag) => lag === 0);
}

async function untilCaughtUp(watch: TopicWatch): Promise<void> {
  for (const endMs = Date.now() + drainMs; !(await watch.isCaughtUp()); await sleep(200))
    if (Date.now() > endMs) throw new Error('the topics could not be read to their end within a minute');
}

/** What the scorers said, under the names that the simulation has for the topics. */
function seenIn({ topics }: StormRoom, watch: TopicWatch): LogRecord[] {
  return (['windows', 'alerts', 'deadLetter'] as const).flatMap((output) =>
    watch.records(topics[output]).map((record) => ({ ...record, topic: simulatedTopics[output] })),
  );
}
