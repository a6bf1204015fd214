// In a real browser: an answer for many alerts is taken back with one press, where it was given, where it stands, and behind its link.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeFleetIncident, signLink } from '@tocsin/schemas';
import { launchBrowser, openPage, overflow, seriousFindings, takePicture, widths } from './browser.ts';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

const executable = process.env['CHROMIUM'];
const skipped = executable === undefined ? ' (skipped: CHROMIUM is not set)' : '';
const pictures = fileURLToPath(new URL('../../.tocsin/screenshots', import.meta.url));
const key = 'only notifier and console know this';
const fans = Array.from({ length: 8 }, (_, i) => `fan-${i}`);
const mills = Array.from({ length: 3 }, (_, i) => `mill-${i}`);

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(executable === undefined)(`answers for many alerts, as pages${skipped}`, () => {
  let room: ConsoleRoom;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    room = await openConsoleRoom({ links: `url: 'https://tocsin.example', key: '${key}'` });
    browser = await launchBrowser(executable!);
    await room.sayAlerts(fans.map((deviceId) => alertOf(deviceId, { deviceClass: 'fan' })));
    await room.sayAlerts(mills.map((deviceId) => alertOf(deviceId, { deviceClass: 'mill' })));
    const { startMs, endMs } = alertOf('mill-0');
    const members = mills.map((deviceId) => {
      return { deviceId, alertId: alertOf(deviceId).alertId, startMs, isOpen: true, wasTold: false };
    });
    const told = {
      incidentId: 'i1',
      revision: 1,
      state: 'opened',
      deviceClass: 'mill',
      kind: 'shift',
      severity: 'critical',
    } as const;
    const counts = { devices: 3, devicesOpen: 3, of: 12 };
    const message = '3 of 12 mill shifted together since 00:00:00 UTC: look for one cause. mill-0, mill-1, mill-2.';
    const value = encodeFleetIncident({ ...told, startMs, endMs, ...counts, members, message });
    await room.transport.writer().send([{ topic: 'tocsin.incidents', key: 'mill', value }]);
    const { world } = room.page;
    await until(() => world.alerts.size() === 11 && world.incidents.find('i1') !== null, 'all is known', 60);
  });
  afterAll(async () => {
    await browser.close();
    await room.close();
  });

  const standing = (devices: readonly string[]) =>
    devices.map((deviceId) => room.page.world.verdicts.standing(deviceId, alertOf(deviceId).alertId)?.verdict ?? null);
  const all = (page: Page) => page.getByRole('group', { name: 'Answer all 8 alerts of this group' });
  async function answerAll(page: Page, text: string): Promise<void> {
    await all(page).getByRole('button', { name: text }).click();
    await page.getByRole('dialog').getByRole('button', { name: text }).click();
    await all(page).waitFor({ state: 'detached' });
  }
  const each = <T>(value: T): T[] => fans.map(() => value);

  test('where it was given: with one press, and with z', async () => {
    const { page, complaints, close } = await openPage(browser, `${room.page.url}/#/alerts`);
    await answerAll(page, 'Maintenance');
    expect(standing(fans)).toEqual(each('maintenance'));
    await page.locator('.group-said.is-fresh', { hasText: 'fan: Maintenance, 8 alerts' }).waitFor();
    await takePicture(page, `${pictures}/group-answered-1280-dark.webp`, false);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take all of it back' }).click();
    await all(page).waitFor();
    expect(standing(fans)).toEqual(each(null));
    await answerAll(page, 'Real');
    await page.locator('.group-said.is-fresh').waitFor();
    // Keys rest for a moment after something was said.
    await until(
      async () => {
        await page.keyboard.press('z');
        return standing(fans).every((verdict) => verdict === null);
      },
      'z takes it back',
      60,
    );
    await all(page).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  const looks = [
    ['wide', 'light'],
    ['narrow', 'dark'],
  ] as const;
  test.each(looks)('where it stands, %s and %s: said whose it is and of how many; others keep theirs', async (width, scheme) => {
    const { page, complaints, close } = await openPage(browser, `${room.page.url}/#/alerts`, { width, scheme, who: 'Ada' });
    await answerAll(page, 'Unsure');
    const subject = { deviceId: 'fan-3', subjectId: alertOf('fan-3').alertId };
    await room.post('/api/labels', { ...subject, verdict: 'real', who: 'Bob' });
    await page.getByRole('button', { name: /^Acknowledged/ }).click();
    const line = page.locator('.group-said:not(.is-fresh)', { hasText: 'Ada said unsure of 8 alerts at once' });
    await line.getByText('it stands on 7 of these').waitFor();
    expect(await page.locator('.audit').first().textContent()).toContain('of 8 alerts of a group at once');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await takePicture(page, `${pictures}/group-stands-${widths[width].width}-${scheme}.webp`, false);
    expect(await seriousFindings(page)).toEqual([]);
    if (width === 'narrow') await line.getByRole('button', { name: 'Take all of it back' }).click();
    else {
      // Not in its middle: there somebody may write a note.
      await page.locator('article.alert', { hasText: 'fan-0' }).click({ position: { x: 300, y: 6 } });
      await page.keyboard.press('Z');
    }
    await line.waitFor({ state: 'detached' });
    expect(standing(fans)).toEqual(fans.map((deviceId) => (deviceId === 'fan-3' ? 'real' : null)));
    const labels = room.page.world.verdicts.ofSubject(subject.deviceId, subject.subjectId);
    await room.post('/api/labels/undo', { labelId: labels.find(({ stands }) => stands)!.labelId, who: 'Bob' });
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(looks)('behind the link of an incident, %s and %s: asks, says, takes back', async (width, scheme) => {
    const verdict = width === 'wide' ? 'false-alarm' : 'real';
    const link = { incidentId: 'i1', deviceClass: 'mill', verdict, who: 'Grace', expiresMs: Date.now() + 3_600_000 } as const;
    const address = `${room.page.url}/answer?t=${signLink(link, key)}`;
    const { page, complaints, close } = await openPage(browser, address, { width, scheme });
    await page.getByText('It answers 3 alerts, all of them open.').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await takePicture(page, `${pictures}/answer-incident-${widths[width].width}-${scheme}.webp`, false);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('Note').fill('the belt');
    await page.getByRole('button', { name: /^Yes, .*: all 3 alerts$/ }).click();
    await page.getByRole('heading', { name: '3 mill, one incident: said' }).waitFor();
    expect(standing(mills)).toEqual(mills.map(() => verdict));
    await takePicture(page, `${pictures}/answer-incident-said-${widths[width].width}-${scheme}.webp`, false);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('heading', { name: '3 mill, one incident: taken back' }).waitFor();
    expect(standing(mills)).toEqual(mills.map(() => null));
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});
