// The simulator as one thing that runs: a fleet, simulated or recorded, sent to the telemetry topic until it ends or is stopped.
import type { Config } from '@tocsin/config';
import { createStartWatch } from '@tocsin/observability';
import type { LogMessage, Reading } from '@tocsin/schemas';
import { TransportError, type Transport } from '@tocsin/transport';
import { fleetLengthMs, fleetStartMs, planRecordedFleet, planSimulatedFleet } from './plan-fleet.ts';
import type { RecordedDevice } from './recorded/fleet.ts';
import { recordedReadings, shiftOf } from './recorded/recorded-readings.ts';
import { replay, type ReplayProgress } from './replay/replay.ts';
import type { ReplaySource } from './replay/timed-record.ts';
import { disturb } from './simulated/disturb.ts';
import { type SimulatedMachine, simulatedReadings } from './simulated/simulated-readings.ts';
import { createTruthLog, type TruthLog } from './truth-log.ts';

export type SimulatorParts = {
  transport: Transport;
  note: LogMessage;
  /** Takes lines of the truth file. */
  writeTruth(line: string): void;
  now(): number;
  sleep(ms: number): Promise<void>;
};

/** `done` resolves when everything is sent (a simulated fleet never ends by itself) or after `stop`, and rejects when sending fails. */
export type RunningSimulator = {
  done: Promise<ReplayProgress>;
  /** How far it is, and how many of each fault and disturbance so far. */
  status(): { progress: ReplayProgress; injected: Readonly<Record<string, number>> };
  stop(): Promise<void>;
};

const noteEveryMs = 10_000;
const retryPauseMs = 1000;

/** Creates the telemetry topic where it is missing and starts sending to the first one of the configuration. */
export async function runSimulator(config: Config, parts: SimulatorParts): Promise<RunningSimulator> {
  const { transport, note, now, sleep } = parts;
  const { simulator, topics } = config;
  const topic = topics.telemetry[0];
  const truth = createTruthLog(parts.writeTruth);
  const fleet = simulator.recordings === null ? planSimulatedFleet(config) : planRecordedFleet(simulator.recordings);
  const startMs = fleetStartMs(now(), simulator.speed, fleetLengthMs(fleet, simulator.speed));
  noteClasses(fleet, config, note);
  const starting = createStartWatch({ giveUpMs: config.startup.waitMs, note, now, sleep });
  const specs = [{ name: topic, partitions: topics.partitions, stamped: true }];
  await starting.reach(`the log (${transport.kind})`, () => transport.admin().ensureTopics(specs));

  const writer = transport.writer();
  const stopping = new AbortController();
  const breakSome = (readings: AsyncIterable<Reading>, device: number): ReplaySource['records'] =>
    disturb(readings, { shares: simulator.disturb, seed: simulator.seed + device, topic, onDisturbed: truth.disturbed });
  const sources = fleet.map((device, i): ReplaySource => {
    const { readings, lastMs } = play(device, startMs, truth);
    return { firstMs: startMs, lastMs, records: breakSome(readings, i) };
  });

  let progress: ReplayProgress = { records: 0, eventMs: startMs, behindMs: 0 };
  async function run(): Promise<ReplayProgress> {
    const pace = { speed: simulator.speed };
    const noteSent = noteNowAndThen(note, now, truth);
    const onSent = (reached: ReplayProgress): void => {
      progress = reached;
      noteSent(reached);
    };
    try {
      return await replay({
        sources,
        pace,
        send: (records) => sendPatiently(() => writer.send(records), parts, stopping.signal),
        now,
        sleep,
        signal: stopping.signal,
        onSent,
      });
    } finally {
      await writer.close();
    }
  }
  note('info', 'sending telemetry', { devices: fleet.length, topic, speed: simulator.speed, startMs });
  const done = run();
  return {
    done,
    status: () => ({ progress, injected: truth.counts() }),
    async stop() {
      stopping.abort();
      // Who waits for `done` hears of a failure; stopping then has nothing left to do.
      const last = await done.catch(() => null);
      if (last !== null) note('info', 'sent', { ...last, ...truth.counts() });
    },
  };
}

/** Machines do not stop because a broker does: a retriable failure is tried again, and said, until it works or the end is near. */
async function sendPatiently(send: () => Promise<void>, { note, sleep }: SimulatorParts, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      const isRetriable = error instanceof TransportError && error.isRetriable;
      if (!isRetriable || signal.aborted) throw error;
      note('warn', 'telemetry waits for the log', { error: error.message });
      await sleep(retryPauseMs);
    }
  }
}

/** Every device begins at `startMs`; a recorded one ends with its rows. */
function play(
  device: SimulatedMachine | RecordedDevice,
  startMs: number,
  truth: TruthLog,
): { readings: AsyncIterable<Reading>; lastMs: number } {
  if ('file' in device) {
    truth.recorded(device, shiftOf(device, { startMs }));
    return { readings: recordedReadings(device, { startMs }), lastMs: startMs + device.endMs - device.startMs };
  }
  return { readings: simulatedReadings({ ...device, startMs }, { onFault: truth.fault }), lastMs: Number.POSITIVE_INFINITY };
}

function noteClasses(fleet: readonly (SimulatedMachine | RecordedDevice)[], { classes }: Config, note: LogMessage): void {
  const byName = new Map(fleet.map((device) => [device.deviceClass, device]));
  for (const [name, { channels, rateHz }] of byName) {
    if (classes[name] === undefined)
      note('warn', 'the class of these devices is not configured; add it, or the scorer refuses them', {
        deviceClass: name,
        channels,
        rateHz,
      });
  }
}

function noteNowAndThen(note: LogMessage, now: () => number, truth: TruthLog): (progress: ReplayProgress) => void {
  let lastMs = now();
  return (progress) => {
    if (now() - lastMs < noteEveryMs) return;
    lastMs = now();
    note(progress.behindMs > 1000 ? 'warn' : 'info', 'sent so far', { ...progress, ...truth.counts() });
  };
}
