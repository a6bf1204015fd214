// Versions of a class over a real log and store: what is known of them, and changes that people make on the page, as tocsin models makes them.
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeBundle } from '@tocsin/models';
import type { Browser } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openRollouts, type Rollouts } from '@tocsin/trainer';
import { fittedBundle } from '../fixtures/pump-fleet.ts';
import { topics } from '../pipeline/scorer-room.ts';
import { launchBrowser, openPage, overflow, seriousFindings } from './browser.ts';
import { openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

type Entry = { version: number; stage: string; by: string; reason: string; restores: number | null; canReturn: boolean };
type History = { deviceClass: string; current: number | null; canary: number | null; before: number | null; versions: Entry[] };
type Refusal = { error: { code: string; field: string; message: string } };

let room: ConsoleRoom;
let rollouts: Rollouts;

/** One that was replaced, one that is current, one that is tried. */
beforeEach(async () => {
  room = await openConsoleRoom({ hasDesk: true });
  const { state, transport } = room;
  const keys = { signing: null, trusted: [] };
  const writer = transport.writer();
  rollouts = openRollouts({ state, writer, topic: topics.models, keys, by: 'trainer', note: () => undefined, now: Date.now });
  const content = decodeBundle(fittedBundle(1).bytes);
  await rollouts.publish({ ...content }, { stage: 'current', watchUntilMs: null }, 'nothing to compare it with');
  await rollouts.publish({ ...content }, { stage: 'current', watchUntilMs: null }, 'too few devices');
  await rollouts.publish({ ...content }, { stage: 'canary', share: 0.1 }, 'tried by 3 of 30 devices first');
});
afterEach(() => room.close());

const history = async (): Promise<History> => {
  const { body } = await room.get<{ canChange: boolean; classes: History[] }>('/api/models/history');
  expect(body.canChange).toBe(true);
  return body.classes[0];
};
const change = (body: object) => room.post<History & Refusal>('/api/models/change', { deviceClass: 'pump', who: 'Ada', ...body });

describe('the API', () => {
  test('says what became of every version, by whom and why', async () => {
    expect(await history()).toMatchObject({
      deviceClass: 'pump',
      current: 2,
      canary: 3,
      before: 1,
      versions: [
        { version: 3, stage: 'canary', share: 0.1, by: 'trainer', reason: 'tried by 3 of 30 devices first', canReturn: false },
        { version: 2, stage: 'current', canReturn: false },
        { version: 1, stage: 'replaced', reason: 'version 2 took its place', canReturn: true },
      ],
    });
  });

  test('promotes, under the name of whoever said so', async () => {
    const { status, body } = await change({ action: 'promote', version: 3 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ current: 3, canary: null, before: 2 });
    expect((await history()).versions[0]).toMatchObject({ stage: 'current', by: 'Ada', reason: 'promoted on the page' });
    expect((await rollouts.read('pump')).watchUntilMs).toBeGreaterThan(Date.now());
    const isAnnounced = () =>
      room.page.world.models.show(room.page.world.fleet, ['pump']).classes[0].versions[0].stage === 'current';
    await until(isAnnounced, 'the page has heard of it by the topic');
  });

  test('withdraws, and brings back', async () => {
    expect((await change({ action: 'withdraw', version: 3 })).body).toMatchObject({ current: 2, canary: null });
    const { body } = await change({ action: 'rollback', version: 2, to: 1 });
    expect(body.versions.slice(0, 2)).toMatchObject([
      { version: 4, stage: 'current', restores: 1, by: 'Ada', reason: 'rolled back on the page' },
      { version: 3, stage: 'withdrawn', reason: 'withdrawn on the page' },
    ]);
    expect(decodeBundle((await rollouts.bundles.get('pump', { version: 4, checksum: null })).bytes).restores).toBe(1);
  });

  test.each([
    [{ action: 'promote', version: 2 }, 409, /version is 2; by now version 3 is being tried/],
    [{ action: 'rollback', version: 1 }, 409, /by now version 2 is current/],
    [{ action: 'rollback', version: 2, to: 9 }, 409, /version 9 is not there; name one of 1 with --to/],
    [{ action: 'promote', version: 3, to: 1 }, 400, /to is 1; expected nothing but for a rollback/],
    [{ action: 'promote', version: 3, deviceClass: 'fan' }, 404, /deviceClass is "fan"; expected a class of the configuration/],
    [{ action: 'promote', version: 3, who: undefined }, 400, /who is missing|say who you are/],
    [{ action: 'burn', version: 3 }, 400, /one of promote, withdraw, rollback/],
  ])('%j is refused, and nothing happens', async (body, status, message) => {
    const before = await history();
    const answer = await change(body);
    expect(answer).toMatchObject({ status, body: { error: { message: expect.stringMatching(message) } } });
    expect(await history()).toEqual(before);
  });

  test('two people at once: one is told that it has happened', async () => {
    const both = await Promise.all(['Ada', 'Bob'].map((who) => change({ action: 'rollback', version: 2, to: 1, who })));
    expect(both.map(({ status }) => status).filter((status) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect((await history()).versions.filter(({ stage }) => stage === 'current')).toHaveLength(1);
  });

  test('comes from no other site', async () => {
    const body = { action: 'promote', version: 3, deviceClass: 'pump', who: 'Eve' };
    const answer = await room.post<Refusal>('/api/models/change', body, { origin: 'https://elsewhere.example' });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'cross_site' } } });
    expect((await history()).canary).toBe(3);
  });
});

test('a console without a desk shows versions and changes none', async () => {
  const other = await openConsoleRoom();
  expect((await other.get('/api/models/history')).body).toEqual({ canChange: false, classes: [] });
  const answer = await other.post<Refusal>('/api/models/change', {
    deviceClass: 'pump',
    action: 'promote',
    version: 3,
    who: 'Ada',
  });
  expect(answer).toMatchObject({ status: 405, body: { error: { code: 'not_allowed' } } });
  await other.close();
});

const executable = process.env['CHROMIUM'];
const skipped = executable === undefined ? ' (skipped: CHROMIUM is not set)' : '';
// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(executable === undefined)(`the page${skipped}`, () => {
  test.each(['wide', 'narrow'] as const)('%s: asks before it promotes, and shows who did', async (width) => {
    const browser: Browser = await launchBrowser(executable!);
    const { page, complaints, close } = await openPage(browser, `${room.page.url}/#/models`, { width });
    const panel = page.getByRole('region', { name: 'Class pump' });
    await panel.getByRole('button', { name: 'Promote v3' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make v3 current for pump?' });
    await dialog.waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await sleep(100);
    expect((await history()).canary).toBe(3);
    await panel.getByRole('button', { name: 'Promote v3' }).click();
    await dialog.getByRole('button', { name: 'Promote v3' }).click();
    await panel.getByText('Version 3 is current now').waitFor();
    await panel.getByText('promoted on the page').waitFor();
    expect(await panel.locator('.became li').first().textContent()).toMatch(/v3 current promoted on the page · Ada/);
    await panel.getByRole('button', { name: 'Bring back v1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Bring back v1' }).click();
    await panel.getByText('Version 4 is current now').waitFor();
    await panel.getByText('current, v1 again').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
    await browser.close();
  });
});
