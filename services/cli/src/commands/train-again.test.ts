// A trainer publishes two versions from a log, and `tocsin train --from` learns each once more: with the built threads.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig, type Config } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import { createMetrics } from '@tocsin/observability';
import { bundleKey, encodeLabel, encodeScoredWindow, type ScoredWindow } from '@tocsin/schemas';
import { createRandom, normal } from '@tocsin/signals';
import { createEmbeddedState } from '@tocsin/state';
import { createTrainer } from '@tocsin/trainer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

let room: LocalRoom;
let config: Config;
beforeEach(() => {
  room = openLocalRoom('classes: { pump: { channels: [a, b], rateHz: 1, learner: eb-mw } }');
  configure('httpPort: 0,', 'httpPort: 0, everyMs: 20, minWindows: 20, minNewWindows: 100, canary: { share: 0 }, metaSteps: 4,');
  config = readConfig(room.config, {});
});
afterEach(() => room.close());

/** Changes the section of the trainer. */
function configure(from: string, to: string): void {
  const lines = readFileSync(room.config, 'utf8').split('\n');
  writeFileSync(room.config, lines.map((line) => (line.startsWith('trainer:') ? line.replace(from, to) : line)).join('\n'));
}

/** Windows of four devices around levels of their own. */
function windowsOf(from: number, to: number): ScoredWindow[] {
  const spec = createFeatureSpec(config.classes['pump']);
  return Array.from({ length: 4 }, (_, device) => {
    const random = createRandom(10 + device);
    const level = spec.elements.map(() => 2 * normal(random));
    return Array.from({ length: to }, (__, at) => ({
      windowId: createHash('sha256').update(`${device} ${at}`).digest('hex').slice(0, 24),
      deviceId: `p${device}`,
      deviceClass: 'pump',
      startMs: at * 1000,
      endMs: at * 1000 + 1000,
      specHash: spec.hash,
      features: Float32Array.from(level, (mean) => mean + normal(random)),
      score: null,
      pValue: null,
      threshold: null,
      modelVersion: 1,
      supportWindows: 0,
      coverage: 1,
      flags: [],
    })).slice(from);
  }).flat();
}

/** Two versions as a trainer publishes them; resolves with the bytes of each. */
async function publishTwo(): Promise<Uint8Array[]> {
  const state = createEmbeddedState({ directory: room.state });
  try {
    await room.withLog(async (transport) => {
      const { windows, alerts, labels, models } = config.topics;
      await transport
        .admin()
        .ensureTopics([
          ...[windows, alerts, labels].map((name) => ({ name, partitions: 3 })),
          { name: models, partitions: 1, compacted: true },
        ]);
      const writer = transport.writer();
      const send = (from: number, to: number) =>
        writer.send(windowsOf(from, to).map((each) => ({ topic: windows, key: each.deviceId, value: encodeScoredWindow(each) })));
      const trainer = createTrainer({
        transport,
        state,
        classes: Object.values(config.classes),
        topics: config.topics,
        config: config.trainer,
        metrics: createMetrics({ service: 'trainer', classes: ['pump'] }).trainer(),
        note: () => undefined,
        now: Date.now,
      });
      const untilVersion = async (version: number) => {
        const { pump } = trainer.status().classes;
        for (let tries = 0; tries < 2400 && trainer.status().classes['pump'].version < version; tries++) await sleep(50);
        expect(trainer.status().classes['pump'].version, pump.verdict ?? '').toBe(version);
      };
      await send(0, 60);
      await trainer.start();
      await untilVersion(1);
      const about = { deviceId: 'p1', subjectId: windowsOf(0, 60)[70].windowId, verdict: 'real', who: 'Ada', atMs: 5 } as const;
      await writer.send([{ topic: labels, key: 'p1', value: encodeLabel({ labelId: 'l', note: '', ...about }) }]);
      await send(60, 100);
      await untilVersion(2);
      await trainer.stop();
    });
    const stored = await state.getMany([1, 2].map((version) => bundleKey('pump', version)));
    return stored.map((bytes) => bytes!);
  } finally {
    await state.close();
  }
}

async function again(line: string) {
  const world = createTestWorld();
  const folder = dirname(room.config);
  const code = await world.tocsin(`train --from ${line} --config ${room.config} --out ${folder}/again --work ${folder}/work`);
  return { code, out: world.out(), err: world.err(), file: (name: string) => readFileSync(join(folder, 'again', name)) };
}

test(
  'what a trainer has published is learned once more, byte for byte, or it is said why not',
  { timeout: 240_000 },
  async () => {
    const [first, second] = await publishTwo();
    const newest = await again('pump');
    expect(newest).toMatchObject({ code: 0, out: expect.stringContaining('pump version 2 learned once more into') });
    expect(newest.out).toContain('every byte is the same');
    expect(newest.file('pump-2.tcsb').equals(second)).toBe(true);
    const older = await again('pump@1');
    expect(older.code).toBe(0);
    expect(older.file('pump-1.tcsb').equals(first)).toBe(true);

    expect((await again('pump@9')).err).toContain('class pump has no version 9; it has 1, 2');
    expect((await again('pump@x')).err).toContain('as pump@7');
    configure('metaSteps: 4', 'metaSteps: 5');
    const other = await again('pump');
    expect(other).toMatchObject({ code: 1, out: expect.stringContaining('it is not the same') });
    expect(other.err).toContain('configured otherwise than they were then');
    configure('metaSteps: 5', 'metaSteps: 4');
    // As if the labels were gone.
    writeFileSync(room.config, readFileSync(room.config, 'utf8').replace('partitions: 3', 'partitions: 3, labels: others'));
    const unlabelled = await again('pump');
    expect(unlabelled).toMatchObject({ code: 1, out: expect.stringContaining('--anyway learns from what is left') });
    expect(unlabelled.err).toContain('400 windows of 4 devices, as expected, but other ones, or judged otherwise');
    expect(unlabelled.err).toContain('topic tocsin.labels is not one of this configuration');
    const anyway = await again('pump --anyway');
    expect(anyway).toMatchObject({ code: 1, out: expect.stringContaining('it is not the same') });
  },
);
