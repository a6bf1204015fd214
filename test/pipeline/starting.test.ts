// A scorer that starts while the world comes and goes: it may also go away after topics were created and before the group is joined.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@tocsin/config';
import { runScorer } from '@tocsin/scorer';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type Transport } from '@tocsin/transport';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'tocsin-starting-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const away = () => Object.assign(new Error('nobody answers'), { isRetriable: true });

/** A log whose readers find nobody at their first attempt, and a store that is away for one look at a bundle. */
function leaving(transport: Transport, state: StateStore) {
  const met = { runs: 0, loads: 0 };
  const log: Transport = {
    ...transport,
    reader(options) {
      const reader = transport.reader(options);
      let isAway = true;
      const run: typeof reader.run = async (handler) => {
        met.runs += 1;
        if (!isAway) return reader.run(handler);
        isAway = false;
        throw away();
      };
      return { ...reader, run };
    },
  };
  const store: StateStore = {
    ...state,
    async getMany(keys) {
      met.loads += 1;
      if (met.loads === 2) throw away();
      return state.getMany(keys);
    },
  };
  return { met, transport: log, state: store };
}

async function starting(waitMs: number) {
  const file = join(directory, 'tocsin.yaml');
  writeFileSync(file, JSON.stringify({ startup: { waitMs }, classes: { press: { channels: ['force'], rateHz: 64 } } }));
  const config = readConfig(file, { TOCSIN_SCORER_HTTP_PORT: '0' });
  const [log, kept] = [join(directory, 'log'), join(directory, 'state')];
  const [transport, state] = [createEmbeddedTransport({ directory: log }), createEmbeddedState({ directory: kept })];
  const notes: string[] = [];
  const world = leaving(transport, state);
  const parts = { ...world, instanceId: '1', note: (_: string, message: string) => void notes.push(message) };
  const running = runScorer(config, parts);
  const close = async () => {
    await running.then(
      (each) => each.stop(),
      () => undefined,
    );
    await transport.close();
    await state.close();
  };
  return { running, close, notes, met: world.met };
}

test('a scorer waits for a log and a store that go away before its group is joined', async () => {
  const { running, close, notes, met } = await starting(60_000);
  await running;
  // Bundles, labels, telemetry: each found nobody at first.
  expect(met.runs).toBe(6);
  const waits = ['the state store', 'the log'].map((name) => `waiting for ${name} (embedded) before starting`);
  expect(notes).toEqual(expect.arrayContaining(waits));
  await close();
});

test('one that has waited for long enough ends', async () => {
  const { running, close } = await starting(1);
  await expect(running).rejects.toThrow('nobody answers');
  await close();
});
