// A plant that goes on while it is looked at: pumps through a real scorer, three of them broken; and some devices that are only said.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  encodeDeadLetter,
  encodeModelAnnouncement,
  encodeRollout,
  rolloutKey,
  type DeadLetter,
  type RejectionReason,
  type RolloutVersion,
} from '@tocsin/schemas';
import type { Fault } from '@tocsin/signals';
import type { OutgoingRecord } from '@tocsin/transport';
import { fittedBundle, telemetry } from '../fixtures/pump-fleet.ts';
import { topics } from '../pipeline/scorer-room.ts';
import { alertOf, openConsoleRoom, until, windowOf, type ConsoleRoom, type RoomOptions } from './console-room.ts';

export type LivePlant = ConsoleRoom;

const devices = 8;
const recordsBefore = 72;
const recordsAfter = 900;
const recordMs = 125;

const faults: Readonly<Record<number, Fault[]>> = {
  3: [{ kind: 'imbalance', startS: 5, severity: 0.8 }],
  5: [{ kind: 'bearing-outer-race', startS: 6, severity: 0.9 }],
  6: [{ kind: 'imbalance', startS: 6.5, severity: 0.7 }],
};

export const hostileName = '<img src=x onerror="window.hacked=1"> & "quotes"';
export const longName = `${'line-4/press-'.repeat(38)}end`;
export const emojiName = 'насос 🛠️ №7';

/** Resolves once the broken pumps have alerts; telemetry goes on until it is closed. */
export async function openLivePlant(options: RoomOptions = {}): Promise<LivePlant> {
  const room = await openConsoleRoom({ ...options, moreClasses: '  fan: { channels: [x], rateHz: 4096 }\n' });
  await room.publish(1);
  const scorer = room.scorer({ keepsWindows: true });
  await scorer.start();
  const records = telemetry(devices, recordsBefore + recordsAfter, { faultsOf: (i) => faults[i] ?? [] });
  await room.send(records.slice(0, devices * recordsBefore));
  await sayOthers(room);
  await refuse(room);
  await announce(room);
  const { alerts } = room.page.world;
  await until(() => Object.keys(faults).every((i) => alerts.ofDevice(`pump-${i}`).length > 0), 'every broken pump has an alert');
  const stop = stream(room, records.slice(devices * recordsBefore));
  return {
    ...room,
    async close() {
      await stop();
      await scorer.stop();
      await room.close();
    },
  };
}

/** One record of every pump at its own pace; resolves when told to stop and the last one is sent. */
function stream(room: ConsoleRoom, records: readonly OutgoingRecord[]): () => Promise<void> {
  let isOver = false;
  const running = (async () => {
    for (let at = 0; at < records.length && !isOver; at += devices) {
      await room.send(records.slice(at, at + devices));
      await sleep(recordMs);
    }
  })();
  return async () => {
    isOver = true;
    await running;
  };
}

/** Records that a scorer would not take: two that it would take now, and some that nobody will. */
async function refuse(room: ConsoleRoom): Promise<void> {
  const [first, second] = telemetry(1, 2);
  const letters = [
    letterOf(11, 'unknown_class', "deviceClass is 'pump'; expected one of fan; add it under classes", first.value),
    letterOf(12, 'unknown_class', "deviceClass is 'pump'; expected one of fan; add it under classes", second.value),
    letterOf(13, 'broken_avro', 'the record ends in the middle of a field; check the producer', Uint8Array.of(195, 1, 7, 7)),
    letterOf(14, 'future_timestamp', 'startMs is 2026-06-01T00:00:00.000Z, a day ahead of the log; check the device clock', null),
  ];
  const writer = room.transport.writer();
  await writer.send(letters.map((letter) => ({ topic: topics.deadLetter, key: letter.key, value: encodeDeadLetter(letter) })));
}

function letterOf(offset: number, reason: RejectionReason, error: string, value: Uint8Array | null): DeadLetter {
  const place = { topic: 'telemetry', partition: 0, offset, timestampMs: Date.now() };
  const key = Buffer.from('pump-0');
  return { id: `telemetry:0:${offset}`, stage: 'decode', reason, error, ...place, key, value, headers: {} };
}

/** Initialisations of another class, as a trainer would have published them one after the other, and one that is being tried. */
async function announce(room: ConsoleRoom): Promise<void> {
  const { announcement } = fittedBundle();
  const aurocs = [0.874, 0.902, 0.899, 0.931];
  const records = aurocs.map((auroc, i) => {
    const candidates = ['eb', 'eb-mw', 'eb-own', 'own'].map((learner, c) => ({
      learner,
      auroc: auroc - [0.021, 0, 0.008, 0.094][c],
      gain: [0, 0.021, 0.013, -0.073][c],
      error: c === 0 ? null : [0, 0.006, 0.005, 0.011][c],
      devices: 9 + i,
      judgedOn: 'pseudo-anomalies' as const,
    }));
    const verdict = i === 0 ? 'eb-mw chosen; first of its class' : 'eb-mw chosen; published: better than what is in use';
    const previous = i === 0 ? null : aurocs[i - 1];
    const figures = { learner: 'eb-mw', algorithm: 'empirical Bayes with learned weights', backend: 'cpu', candidates, verdict };
    const counts = { devicesTrained: 9 + i, devicesHeldOut: 9 + i, windows: 1200 * (i + 1), seconds: 4 + i };
    const metrics = { ...figures, ...counts, heldOutAuroc: { closedForm: auroc, head: null, previous } };
    const stage = i === 3 ? ({ stage: 'canary', share: 0.2 } as const) : {};
    const createdAtMs = Date.UTC(2026, 0, 1 + i);
    return encodeModelAnnouncement({ ...announcement, deviceClass: 'fan', version: i + 1, createdAtMs, metrics, ...stage });
  });
  await room.transport.writer().send(records.map((value) => ({ topic: topics.models, key: 'fan', value })));
  await room.state.put(rolloutKey('fan'), encodeRollout(writtenDown()));
}

/** What the trainer, and once a person, would have written down of them. */
function writtenDown() {
  const steps = [
    ['replaced', 'version 2 took its place', 'trainer'],
    ['replaced', 'version 3 took its place', 'trainer'],
    ['current', 'promoted on the page', 'Ada'],
    ['canary', 'tried by 3 of 15 devices first', 'trainer'],
  ] as const;
  const versions = steps.map(([stage, reason, by], i): RolloutVersion => {
    const sinceMs = Date.UTC(2026, 0, 2 + Math.min(i, 2));
    const share = stage === 'canary' ? 0.2 : null;
    return {
      version: i + 1,
      stage,
      sinceMs,
      before: i === 0 ? null : i,
      restores: null,
      checksum: null,
      share,
      alarms: null,
      reason,
      by,
    };
  });
  return { revision: 7, savedAtMs: Date.UTC(2026, 0, 4), lastVersion: 4, watchUntilMs: null, versions };
}

/** Names as the world has them, and states that take longer than a test. */
async function sayOthers(room: ConsoleRoom): Promise<void> {
  const names = [hostileName, longName, emojiName];
  await room.sayWindows([
    ...names.flatMap((deviceId) => Array.from({ length: 40 }, (_, n) => windowOf(deviceId, n, { score: Math.sin(n / 3) - 1 }))),
    windowOf('pump-new', 0, { supportWindows: 4, confidence: 'cold', flags: ['cold'], score: 0.2, threshold: 3 }),
    windowOf('pump-in-repair', 0, { flags: ['maintenance'] }),
    ...Array.from({ length: 40 }, (_, n) => windowOf('pump-of-few', n, { flags: ['provisional'], confidence: 'provisional' })),
  ]);
  await room.sayAlerts([
    alertOf('pump-old', {
      guard: 'drift',
      contributions: [],
      message: 'pump-old: x.rms has drifted to 1.4x where it stood when it became known.',
    }),
    alertOf('pump-gone', { guard: 'silent', contributions: [], message: 'pump-gone: silent for 4 min, where 1 min is usual.' }),
    alertOf(hostileName, { message: `${hostileName}: x.rms 4.5x what is normal for this device since 00:00:00 UTC.` }),
  ]);
}
