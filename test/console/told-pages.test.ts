// In a real browser: the page behind a one-click link, and alerts under the incident that they are told as.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeFleetIncident, signLink } from '@tocsin/schemas';
import { launchBrowser, openPage, overflow, seriousFindings, takePicture, widths } from './browser.ts';
import { alertOf, openConsoleRoom, until, windowOf, type ConsoleRoom } from './console-room.ts';

const executable = process.env['CHROMIUM'];
const skipped = executable === undefined ? ' (skipped: CHROMIUM is not set)' : '';
const pictures = fileURLToPath(new URL('../../.tocsin/screenshots', import.meta.url));
const key = 'only notifier and console know this';
const devices = ['pump-1', 'pump-2', 'pump-3'];
const fans = Array.from({ length: 8 }, (_, i) => `fan-${i}`);

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(executable === undefined)(`what people are told, as pages${skipped}`, () => {
  let room: ConsoleRoom;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    const work = "{ days: [thu], from: '00:00', to: '02:00', note: cleaning }";
    const moreClasses = `  fan: { channels: [x], rateHz: 4096, maintenance: [${work}] }\n`;
    room = await openConsoleRoom({ links: `url: 'https://tocsin.example', key: '${key}'`, moreClasses });
    browser = await launchBrowser(executable!);
    await room.sayAlerts(devices.map((deviceId) => alertOf(deviceId)));
    await room.sayWindows(fans.map((deviceId) => windowOf(deviceId, 0, { deviceClass: 'fan' })));
    await room.sayAlerts(fans.map((deviceId) => alertOf(deviceId, { deviceClass: 'fan', openings: 3, swings: 7 })));
    const { startMs, endMs } = alertOf('pump-1');
    const members = devices.map((deviceId) => ({
      deviceId,
      alertId: alertOf(deviceId).alertId,
      startMs,
      isOpen: true,
      wasTold: false,
    }));
    const value = encodeFleetIncident({
      incidentId: 'i1',
      revision: 1,
      state: 'opened',
      deviceClass: 'pump',
      kind: 'shift',
      severity: 'warning',
      startMs,
      endMs,
      devices: 3,
      devicesOpen: 3,
      of: 12,
      members,
      message: '3 of 12 pump shifted together since 00:00:00 UTC: look for one cause. pump-1, pump-2, pump-3.',
    });
    await room.transport.writer().send([{ topic: 'tocsin.incidents', key: 'pump', value }]);
    await until(
      () => fans.every((deviceId) => room.page.world.fleet.devices.get(deviceId)?.latest != null),
      'the fans are known',
    );
    await until(() => room.page.world.incidents.find('i1') !== null, 'the incident is known');
    await until(() => room.page.world.alerts.size() === devices.length + fans.length, 'the alerts are known');
  });
  afterAll(async () => {
    await browser.close();
    await room.close();
  });

  const linkOf = (deviceId: string) => {
    const { alertId } = alertOf(deviceId);
    const link = { alertId, deviceId, verdict: 'false-alarm' as const, who: 'Grace', expiresMs: Date.now() + 3_600_000 };
    return `${room.page.url}/answer?t=${signLink(link, key)}`;
  };

  const looks = [
    ['wide', 'light'],
    ['narrow', 'dark'],
  ] as const;
  test.each(looks)('a link, %s and %s: asks, fits, nothing serious for axe, and its button says it', async (width, scheme) => {
    const deviceId = width === 'wide' ? 'pump-1' : 'pump-2';
    const { page, complaints, close } = await openPage(browser, linkOf(deviceId), { width, scheme });
    await page.getByRole('heading', { name: `${deviceId}: was it a false alarm?` }).waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await takePicture(page, `${pictures}/answer-${widths[width].width}-${scheme}.webp`, false);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('Note').fill('the belt');
    await page.getByRole('button', { name: 'Yes, a false alarm' }).click();
    await page.getByRole('heading', { name: `${deviceId}: said` }).waitFor();
    expect(room.page.world.verdicts.standing(deviceId, alertOf(deviceId).alertId)).toMatchObject({
      who: 'Grace',
      note: 'the belt',
    });
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(looks)('alerts of an incident, %s and %s: under its sentence', async (width, scheme) => {
    const { page, complaints, close } = await openPage(browser, `${room.page.url}/#/alerts`, { width, scheme });
    await page.getByText('look for one cause').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await takePicture(page, `${pictures}/incident-${widths[width].width}-${scheme}.webp`, false);
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('one answer for a group that does not fit the screen: asked again, said once for each; and what comes and goes is called that', async () => {
    const { page, complaints, close } = await openPage(browser, `${room.page.url}/#/alerts`);
    const card = page.locator('article.alert', { hasText: 'fan-0' });
    await card.waitFor();
    expect(await card.locator('.alert-head').textContent()).toContain('planned workcomes and goes');
    expect(await card.locator('.alert-what').textContent()).toMatch(
      /overall level \(rms\) 4\.5× normal since .+; 7 of 7 peers shifted too$/,
    );
    expect(await card.locator('.alert-facts').textContent()).toContain('opened 3 times · came and went 7 more times');
    const all = page.getByRole('group', { name: 'Answer all 8 alerts of this group' });
    const dialog = page.getByRole('dialog', { name: 'Maintenance, for all 8 alerts?' });
    await all.getByRole('button', { name: 'Maintenance' }).click();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(room.page.world.verdicts.standing('fan-0', alertOf('fan-0').alertId)).toBeNull();
    await all.getByRole('button', { name: 'Maintenance' }).click();
    await dialog.getByRole('button', { name: 'Maintenance' }).click();
    await all.waitFor({ state: 'detached' });
    const said = fans.map((deviceId) => room.page.world.verdicts.ofSubject(deviceId, alertOf(deviceId).alertId));
    expect(said.map((labels) => labels.map(({ verdict, who }) => [verdict, who]))).toEqual(
      fans.map(() => [['maintenance', 'Ada']]),
    );
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(looks)('a device with planned work, %s and %s: says when, what, and that it is now', async (width, scheme) => {
    const { page, complaints, close } = await openPage(browser, `${room.page.url}/#/device?id=fan-1`, { width, scheme });
    const facts = page.locator('.device-side .facts');
    await facts.getByText('Planned work, now').waitFor();
    expect(await facts.textContent()).toContain('Thu 00:00–02:00, UTC: cleaning');
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});
