// One schedule: a log, a store, a group of real scorers, and everything that goes wrong between them, all from one seed; then the
// faults stop, one scorer reads to the end, and what lies in the log is judged.
import { setImmediate } from 'node:timers/promises';
import type { DeviceClass } from '@tocsin/schemas';
import type { Random } from '@tocsin/signals';
import { partitionOf, type ReaderOptions } from '@tocsin/transport';
import { placeOf, type World } from './call.ts';
import { createFaults, newsKinds, type Faults, type FaultKind } from './faults.ts';
import { judge, type Verdict } from './judge.ts';
import { truthOf } from './oracle.ts';
import { createMembers, type Member } from './members.ts';
import { createPeople, type People } from './people.ts';
import { sweepMsOf, topics, type ScorerSetting } from './scorer-setting.ts';
import { createSimulatedGroup, type SimulatedGroup } from './simulated-group.ts';
import { createSimulatedLog, type SimulatedLog } from './simulated-log.ts';
import { createSimulatedStore, type SimulatedStore } from './simulated-store.ts';
import { frontierOf } from './simulated-partition.ts';
import { createStreams, type Streams } from './streams.ts';
import { createSwitches, type Switches } from './switches.ts';
import { telemetryMs, telemetryOf } from './telemetry.ts';
import { amending, bare, guarded, startMs, withWork } from './tiny-class.ts';
import { undisturbedOf } from './undisturbed.ts';
import { createVirtualTime, type Process } from './virtual-time.ts';

/** `blocks`: what became of blocks that waited to be learnt, by any scorer, however often. */
export type Outcome = { seed: number; faults: Faults['counts']; blocks: Record<string, number>; verdict: Verdict; steps: number };
/** `amendMs`: how long late samples may amend windows. */
export type ScheduleOptions = { trace?: (line: string) => void; without?: readonly FaultKind[]; amendMs?: number };

const telemetryPartitions = 2;
const stepsMax = 60_000;

/** Within a schedule the event loop does not turn; before each it does, once. */
export async function runSchedule(seed: number, { trace, without = [], amendMs = 0 }: ScheduleOptions = {}): Promise<Outcome> {
  await setImmediate();
  const streams = createStreams(seed);
  const random = streams('setting');
  // Where the group does not wait for old owners, these go on scoring under what they have: no bundle and no label may come then.
  const isStrict = random() < 0.6;
  const faults = createFaults(streams, isStrict ? without : [...without, ...newsKinds]);
  const time = createVirtualTime(startMs);
  const world: World = {
    time,
    random: streams('calls'),
    faults,
    causes: 0,
    trespasses: 0,
    places: new Map(),
    onReset: () => undefined,
    trace: (line) => trace?.(`${(time.nowMs() - startMs).toFixed(1).padStart(9)} ${line}`),
    kill(process) {
      process.isAlive = false;
      world.trace(`${process.name} dies`);
    },
  };
  const setting: ScorerSetting = {
    deviceClass: missed(streams, planned(streams, amending(random() < 0.5 ? bare : guarded, amendMs))),
    commitEveryMs: [1, 200, 1000][Math.floor(3 * random())],
    giveUpMs: random() < 0.5 ? 400 : 5000,
    sliceRecords: [1, 2, 5, 500][Math.floor(4 * random())],
  };
  const room = openRoom(world, streams, setting, isStrict);
  if (!faults.happens('no-bundle', 0.3)) room.people.promote();
  for (const { atMs, record } of telemetryOf(streams('telemetry'), faults, 2 + Math.floor(2 * random())))
    time.after(atMs - startMs, null, () => {
      const fallMs = faults.happens('log-time-falls', 0.05) ? faults.extent('log-time-falls', 10, 6000) : 0;
      room.log.append(record, time.nowMs() - fallMs);
    });
  const scorers = 1 + Math.floor(3 * random());
  for (let slot = 0; slot < scorers; slot++) time.after(2000 * random() * slot, null, room.start);
  keepBreaking(world, streams('world'), room);

  let steps = 0;
  const run = async (isOver: () => boolean): Promise<boolean> => {
    while (!isOver()) if (++steps > stepsMax || !(await time.step())) return false;
    return true;
  };
  const endMs = startMs + telemetryMs + 6500 + 1500 * random();
  await run(() => time.nowMs() >= endMs);
  room.heal();
  const isDrained = await run(room.isDrained);

  const records = room.log.all(topics.telemetry[0]);
  const truth = truthOf(records, setting.deviceClass, sweepMsOf(setting.deviceClass));
  const undisturbed = await undisturbedOf(records, setting, room.switches.all(), room.people.labels);
  const seen = [topics.windows, topics.alerts, topics.deadLetter].flatMap((topic) => room.log.all(topic));
  const remainders = room.resets.map(({ partition, startOffset }) => {
    const left = records.filter((record) => record.partition === partition && record.offset >= startOffset);
    return { partition, truth: truthOf(left, setting.deviceClass, sweepMsOf(setting.deviceClass)) };
  });
  const verdict = judge(truth, undisturbed, seen, room.anchors, remainders);
  if (verdict.repeatedMost > 1 + world.causes) {
    verdict.wrong += 1;
    verdict.problems.push(`something was said ${verdict.repeatedMost} times, and only ${world.causes} times was there cause to`);
  }
  if (world.trespasses > 0) {
    verdict.wrong += 1;
    verdict.problems.push(`${world.trespasses} record(s) were sent for a partition that was known to be lost`);
  }
  if (!isDrained) {
    verdict.lost += 1;
    verdict.problems.push('stuck: the last scorer did not come to the end of the log');
  }
  return { seed, faults: faults.counts, blocks: room.blocks, verdict, steps };
}

/** In some schedules work is planned, and in some an alert may be opened more than once an hour. */
function planned(streams: Streams, { decision, ...others }: DeviceClass): DeviceClass {
  const random = streams('calendar');
  const isPlanned = random() < 0.4;
  const deviceClass = { ...others, decision: { ...decision, openingsPerHour: random() < 0.6 ? 1 : 3 } };
  return isPlanned ? withWork(deviceClass) : deviceClass;
}

/** In some schedules a device is missed before it is idle, or at once with it. */
function missed(streams: Streams, { guards, ...others }: DeviceClass): DeviceClass {
  const silentMs = [guards.silentMs, others.idleMs, others.idleMs / 2][Math.floor(3 * streams('missed')())];
  return { ...others, guards: guards.silentMs === null ? guards : { ...guards, silentMs } };
}

type Room = {
  log: SimulatedLog;
  store: SimulatedStore;
  group: SimulatedGroup;
  people: People;
  switches: Switches;
  anchors: number[];
  /** Where readers had to begin anew beyond their commit. */
  resets: { partition: number; startOffset: number }[];
  members: Member[];
  blocks: Record<string, number>;
  /** Starts a process; one that ends is followed by another. */
  start(): void;
  /** The store forgot something: whatever has not been committed yet may be scored anew. */
  lostState(): void;
  heal(): void;
  isDrained(): boolean;
};

function openRoom(world: World, streams: Streams, setting: ScorerSetting, isStrict: boolean): Room {
  const { time, faults } = world;
  const random = streams('processes');
  const one = { [topics.windows]: 1, [topics.alerts]: 1, [topics.deadLetter]: 1, [topics.models]: 1, [topics.labels]: 1 };
  const log = createSimulatedLog({ telemetry: telemetryPartitions, ...one });
  const switches = createSwitches();
  const store = createSimulatedStore(world, (process, entry) => switches.stored(entry, (deviceId) => placeIn(process, deviceId)));
  const placeIn = (process: Process, deviceId: string): number => {
    const place = placeOf(process, 'telemetry', partitionOf(Buffer.from(deviceId), telemetryPartitions));
    return world.places.get(place) ?? 0;
  };
  const partitions = Array.from({ length: telemetryPartitions }, (_, partition) => ({ topic: 'telemetry', partition }));
  const group = createSimulatedGroup(world, partitions, isStrict);
  const anchors = partitions.map(() => Infinity);
  const resets: Room['resets'] = [];
  const blocks: Record<string, number> = {};
  const groupOf = ({ groupId, topics: [topic] }: ReaderOptions) =>
    groupId === 'scorer' ? group : createSimulatedGroup(world, [{ topic, partition: 0 }]);
  const { members, start } = createMembers({ world, random, log, store, groupOf, setting, isStrict, blocks });

  const living = () => members.filter(({ process }) => process.isAlive);
  const holdings = () => living().flatMap(({ transport }) => transport.readers.flatMap((reader) => reader.holdings()));

  /** What is settled by now stays; whatever comes after may be worked out anew. */
  function anchor(partition: number): void {
    const commit = group.committed(partitions[partition]);
    const committed = commit === null ? 0 : Math.max(commit.offset, frontierOf(commit));
    const inFlight = holdings().filter((holding) => holding.topic === 'telemetry' && holding.partition === partition);
    anchors[partition] = Math.min(anchors[partition], committed, ...inFlight.map(({ settledBelow }) => settledBelow));
  }

  world.onReset = (partition, startOffset) => {
    world.trace(`retention has overtaken telemetry/${partition}: it begins at ${startOffset}`);
    switches.freeze((deviceId) => partitionOf(Buffer.from(deviceId), telemetryPartitions) === partition);
    anchor(partition);
    // The emission frontier went with the commit.
    anchors[partition] = Math.min(anchors[partition], startOffset);
    resets.push({ partition, startOffset });
  };

  return {
    log,
    store,
    group,
    people: createPeople(world, streams('people'), log, store),
    switches,
    anchors,
    resets,
    members,
    blocks,
    start,
    lostState() {
      switches.freeze(() => true);
      partitions.forEach((_, partition) => anchor(partition));
    },
    heal() {
      faults.heal();
      store.isAway = false;
      log.isAway = false;
      const spared = random() < 0.7 ? [] : living();
      for (const { process } of living()) if (!spared.some((other) => other.process === process)) world.kill(process);
      world.trace('healed');
      start();
    },
    isDrained() {
      if (group.members().some(({ process }) => !process.isAlive)) return false;
      const all = holdings().filter(({ topic }) => topic === 'telemetry');
      if (living().some(({ process }) => process.frozenUntilMs > time.nowMs())) return false;
      return partitions.every(({ partition }) => {
        const held = all.filter((holding) => holding.partition === partition);
        return held.length === 1 && !held[0].isBusy && held[0].next === log.end('telemetry', partition);
      });
    },
  };
}

/** Faults that come by themselves, until the world is healed; and the group's look for members that are gone. */
function keepBreaking(world: World, random: Random, room: Room): void {
  const { time, faults } = world;
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const away = (what: { isAway: boolean }, name: string, kind: 'store-away' | 'broker-away'): void => {
    what.isAway = true;
    world.trace(`${name} is away`);
    time.after(faults.extent(kind, 100, 5000), null, () => {
      what.isAway = false;
      world.trace(`${name} is back`);
    });
  };

  const everySo = (ms: number, of: () => void): void => {
    time.after(ms, null, () => {
      of();
      everySo(ms, of);
    });
  };
  everySo(500, () => {
    room.group.expire();
    const living = room.members.filter(({ process }) => process.isAlive);
    const victim = pick(living);
    if (victim !== undefined && faults.happens('crash-anywhere', 0.04)) world.kill(victim.process);
    const stopped = pick(living);
    if (stopped?.process.isAlive && faults.happens('sigterm', 0.03)) {
      world.trace(`${stopped.process.name} is asked to stop`);
      void stopped.stop().then(() => world.kill(stopped.process));
    }
    if (faults.happens('rebalance', 0.05)) room.group.rebalance();
    if (faults.happens('promotion', 0.12)) room.people.promote();
    if (faults.happens('label', 0.2)) room.people.label();
    if (faults.happens('store-away', 0.02)) away(room.store, 'the store', 'store-away');
    if (faults.happens('broker-away', 0.02)) away(room.log, 'the broker', 'broker-away');
    if (faults.happens('retention', 0.02)) {
      const partition = Math.floor(faults.extent('retention', 0, telemetryPartitions));
      const [from, to] = [room.log.start('telemetry', partition), room.log.end('telemetry', partition)];
      room.log.trim('telemetry', partition, Math.floor(faults.extent('retention', from, to)));
    }
    if (faults.happens('store-wiped', 0.015)) {
      world.trace('the store is wiped');
      room.lostState();
      room.store.wipe();
    }
    if (faults.happens('store-rolled-back', 0.015)) {
      world.trace('the store is rolled back');
      room.lostState();
      room.store.rollBack(faults.extent('store-rolled-back', 50, 3000));
    }
  });
}
