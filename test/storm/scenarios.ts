// The storms by name: what is wrong with the telemetry, and what is done to scorers, broker and store until the telemetry ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '@tocsin/signals';
import { measureHandover, type HandoverTimes } from './handover.ts';
import { someTime, type StormRoom } from './storm-room.ts';
import { isJoining, type StormScorer } from './storm-scorers.ts';
import type { TelemetryPlan } from './storm-telemetry.ts';

export type Scenario = {
  /** What happens, for people. */
  about: string;
  telemetry: TelemetryPlan;
  /** Wall-clock time that the telemetry takes at most, milliseconds. */
  lastsMs: number;
  /** Breaks things until `isOver`; what is left broken is healed afterwards. */
  storm(room: StormRoom, isOver: () => boolean): Promise<HandoverTimes | void>;
};

/** What real plants send: some frames are lost, some overtake others, devices fall silent for a while. */
const ordinary: TelemetryPlan = { faults: ['reordered', 'lost-frame', 'silence'], poisonShare: 0 };
const repeated: TelemetryPlan = { faults: ['duplicate', 'altered-duplicate', 'reordered', 'late'], poisonShare: 0 };
const poisoned: TelemetryPlan = { faults: ['clock-ahead', 'future', 'poison', 'late', 'odd-frames'], poisonShare: 0.1 };
const everything: TelemetryPlan = {
  faults: [...new Set([...ordinary.faults, ...repeated.faults, ...poisoned.faults])],
  poisonShare: 0.03,
};
const lastsMs = 24_000;

export const scenarios = {
  'kill-9': {
    about: 'scorers are killed at random, and started again',
    telemetry: ordinary,
    lastsMs,
    storm: (room, isOver) =>
      repeat(room, isOver, async () => {
        await someTime(room, 1500, 4000);
        await killOne(room);
        await startLater(room, 200, 1500);
      }),
  },
  'kill-between': {
    about: 'several are killed in quick succession while the group rebalances',
    telemetry: ordinary,
    lastsMs,
    storm: (room, isOver) =>
      repeat(room, isOver, async () => {
        await someTime(room, 1500, 3000);
        await killOne(room);
        for (let left = 1 + Math.floor(2 * room.random()); left > 0; left--) await killJoining(room);
        await startLater(room, 0, 500);
      }),
  },
  sigstop: {
    about: 'scorers stand still for longer than their session, then go on as if nothing had been',
    telemetry: ordinary,
    lastsMs,
    storm: (room, isOver) =>
      repeat(room, isOver, async () => {
        await someTime(room, 1500, 3000);
        await freezeOne(room);
      }),
  },
  'join-leave': {
    about: 'scorers join, and leave on SIGTERM',
    telemetry: ordinary,
    lastsMs,
    storm: (room, isOver) =>
      repeat(
        room,
        isOver,
        async () => {
          await someTime(room, 800, 2500);
          await joinOrLeave(room);
        },
        6,
      ),
  },
  'slow-handler': {
    about: 'a store call takes longer than the session, so that a handler answers when its partition belongs to another',
    telemetry: ordinary,
    lastsMs,
    async storm(room, isOver) {
      const slow = await room.start({ isHeld: true });
      await repeat(room, isOver, async () => {
        await someTime(room, 2000, 4000);
        room.did('store held', slow.name);
        slow.proxy?.hold();
        await longerThanSession(room);
        slow.proxy?.release();
        room.say(`store released ${slow.name}`);
      });
    },
  },
  'broker-restart': {
    about: 'the broker is stopped by SIGTERM and killed, and started again with its data',
    telemetry: ordinary,
    lastsMs,
    async storm(room) {
      const signals = ['SIGTERM', 'SIGKILL'] as const;
      for (const signal of room.random() < 0.5 ? signals : signals.toReversed()) {
        await someTime(room, 3000, 6000);
        await bounceBroker(room, signal);
      }
    },
  },
  'redis-stop': {
    about: 'Redis stands still, or is stopped, for 10 to 15 s; then it goes on with what it had',
    telemetry: ordinary,
    lastsMs,
    async storm(room) {
      await someTime(room, 2000, 4000);
      await stopRedis(room, 10_000, 15_000);
    },
  },
  'redis-wipe': {
    about: 'Redis forgets everything but the bundle, while all goes on; one scorer is killed, so that its devices start anew',
    telemetry: ordinary,
    lastsMs,
    storm: (room, isOver) =>
      repeat(room, isOver, async () => {
        await someTime(room, 3000, 6000);
        await room.wipe();
        if (room.random() < 0.5) await killOne(room);
        await startLater(room, 100, 1000);
      }),
  },
  poison: {
    about: 'records that nobody can use, clocks that jump, frames of any length; a scorer is killed now and then',
    telemetry: poisoned,
    lastsMs,
    storm: (room, isOver) =>
      repeat(room, isOver, async () => {
        await someTime(room, 5000, 8000);
        await killOne(room);
        await startLater(room, 200, 1000);
      }),
  },
  duplicates: {
    about: 'telemetry that comes twice, altered, out of order and too late; scorers join, leave and are killed',
    telemetry: repeated,
    lastsMs,
    storm: (room, isOver) =>
      repeat(room, isOver, async () => {
        await someTime(room, 4000, 7000);
        await (room.random() < 0.5 ? killOne(room) : joinOrLeave(room));
        if (room.living().length < 2) await startLater(room, 200, 1000);
      }),
  },
  'all-at-once': {
    about: 'all of the above, drawn at random, on telemetry with every fault',
    telemetry: everything,
    lastsMs: 36_000,
    storm: (room, isOver) =>
      repeat(
        room,
        isOver,
        async () => {
          await someTime(room, 800, 3000);
          const draw = room.random();
          if (draw < 0.25) await killOne(room);
          else if (draw < 0.45) await freezeOne(room);
          else if (draw < 0.65) await joinOrLeave(room);
          else if (draw < 0.75 && mayBounce(room)) await bounceBroker(room, room.random() < 0.5 ? 'SIGTERM' : 'SIGKILL');
          else if (draw < 0.85) await stopRedis(room, 1000, 6000);
          else await room.wipe();
          if (room.living().length < 2) await startLater(room, 100, 800);
        },
        10,
      ),
  },
  handover: {
    about:
      'one scorer takes over from another, after SIGTERM and after kill -9, with nothing else going wrong: this one is measured',
    telemetry: ordinary,
    lastsMs: 45_000,
    storm: measureHandover,
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios).filter((name): name is ScenarioName => name in scenarios);

/** Does something a few times, each time that somebody reads whom it could disturb, as long as there is telemetry. */
async function repeat(room: StormRoom, isOver: () => boolean, step: () => Promise<void>, times = 3): Promise<void> {
  for (let done = 0; done < Math.min(times, room.setting.roundsMax) && !isOver();) {
    if (pick(room) === undefined) await sleep(200);
    else await step().then(() => (done += 1));
  }
}

/** One that is awake and reads telemetry. */
function pick(room: StormRoom): StormScorer | undefined {
  const awake = room.living().filter(({ isFrozen, service }) => !isFrozen && service.output().includes('scorer reads'));
  return awake[Math.floor(awake.length * room.random())];
}

async function killOne(room: StormRoom): Promise<void> {
  const victim = pick(room);
  if (victim !== undefined) await room.kill(victim);
}

/** Starts one and kills it about the time at which it joins the group. */
async function killJoining(room: StormRoom): Promise<void> {
  const joining = await room.start();
  for (const endMs = Date.now() + 20_000; Date.now() < endMs && !isJoining(joining);) await sleep(20);
  await someTime(room, 0, 800);
  await room.kill(joining);
}

async function startLater(room: StormRoom, lowMs: number, highMs: number): Promise<void> {
  await someTime(room, lowMs, highMs);
  if (room.living().length < 5) await room.start();
}

async function freezeOne(room: StormRoom): Promise<void> {
  const victim = pick(room);
  if (victim === undefined) return;
  room.freeze(victim);
  await longerThanSession(room);
  room.thaw(victim);
}

async function longerThanSession({ random, setting }: StormRoom): Promise<void> {
  await sleep(setting.sessionMs + between(random, 500, 3000));
}

async function joinOrLeave(room: StormRoom): Promise<void> {
  const victim = pick(room);
  const isJoin = room.living().length < 2 || (room.living().length < 5 && room.random() < 0.5);
  if (isJoin) room.did('join');
  if (isJoin) await room.start();
  else if (victim !== undefined) await room.stop(victim);
}

/** Once in a storm of everything: while the broker is away nothing else can happen. */
function mayBounce({ counts }: StormRoom): boolean {
  return !Object.keys(counts).some((kind) => kind.startsWith('broker'));
}

async function bounceBroker(room: StormRoom, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const { kafka } = room.servers;
  if (kafka === null) throw new Error("this storm stops the broker, and the broker is somebody else's");
  room.did(`broker ${signal}`);
  await kafka.down(signal);
  await someTime(room, 300, 3000);
  await kafka.up();
  room.say('broker is back');
}

async function stopRedis(room: StormRoom, lowMs: number, highMs: number): Promise<void> {
  const { redis } = room.servers;
  const draw = room.random();
  const signal = draw < 0.75 ? 'SIGTERM' : 'SIGKILL';
  room.did(draw < 0.5 ? 'Redis SIGSTOP' : `Redis ${signal}`);
  if (draw < 0.5) redis.freeze();
  else await redis.down(signal);
  await someTime(room, lowMs, highMs);
  if (draw < 0.5) redis.thaw();
  else await redis.up();
  room.say('Redis is back');
}
