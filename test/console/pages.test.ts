// The pages in a real browser: what people see at both widths, with a keyboard, with other people about, and when the line is cut.
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decodeDeviceState } from '@tocsin/models';
import { deviceStateKey } from '@tocsin/schemas';
import { launchBrowser, openPage, overflow, seriousFindings, takePicture, widths, type TestPage } from './browser.ts';
import { openConsoleRoom, until, windowOf } from './console-room.ts';
import { emojiName, hostileName, longName, openLivePlant, type LivePlant } from './live-plant.ts';

const executable = process.env['CHROMIUM'];
const skipped = executable === undefined ? ' (skipped: CHROMIUM is not set)' : '';
const root = fileURLToPath(new URL('../../', import.meta.url));
const documented = readFileSync(`${root}docs/console.md`, 'utf8');

/** Where a picture goes: with `DOCS_IMAGES=1` those that the documentation shows are renewed. */
function placeOf(name: string): string {
  const isShown = process.env['DOCS_IMAGES'] === '1' && documented.includes(`images/${name}`);
  return `${root}${isShown ? 'docs/images' : '.tocsin/screenshots'}/${name}`;
}

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const addresses = {
  fleet: '#/fleet',
  alerts: '#/alerts',
  device: '#/device?id=pump-3',
  models: '#/models',
  quality: '#/quality',
} as const;

/** What stands on a page once it has loaded. */
const landmarks = {
  fleet: 'a[title="pump-3"]',
  alerts: 'article.alert',
  device: '.spectrum svg',
  models: '.gate',
  quality: '.letter',
} as const;

describe.skipIf(executable === undefined)(`pages${skipped}`, () => {
  let plant: LivePlant;
  let browser: Browser;
  beforeAll(async () => {
    for (const folder of ['docs/images', '.tocsin/screenshots']) mkdirSync(`${root}${folder}`, { recursive: true });
    [plant, browser] = await Promise.all([openLivePlant({ hasDesk: true }), launchBrowser(executable!)]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await plant.close();
  });

  const open = (hash: string, options: Parameters<typeof openPage>[2] = {}): Promise<TestPage> =>
    openPage(browser, `${plant.page.url}/${hash}`, options);

  describe.each(Object.keys(addresses) as (keyof typeof addresses)[])('%s', (name) => {
    test.each([
      ['wide', 'dark'],
      ['wide', 'light'],
      ['narrow', 'dark'],
    ] as const)('%s and %s: fits, nothing serious for axe, no complaints', async (width, scheme) => {
      const { page, complaints, close } = await open(addresses[name], { width, scheme });
      await page.waitForSelector(landmarks[name]);
      if (name === 'device') {
        await page
          .getByRole('button', { name: /^opened an alert at / })
          .first()
          .click();
        await page.waitForSelector('.waveform');
        await page.evaluate('scrollTo(0, 0)');
      }
      await page.waitForTimeout(600);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      const isWhole = width === 'wide' && (name === 'device' || name === 'models');
      await takePicture(page, placeOf(`console-${name}-${widths[width].width}-${scheme}.webp`), isWhole);
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    });
  });

  test('a false alarm: a click reaches the topic, the device learns it, and the page shows both, within five seconds', async () => {
    const { page, close } = await open(addresses.device);
    const alert = page.locator('.device > article.alert');
    await alert.waitFor();
    const startedMs = performance.now();
    await alert.getByRole('button', { name: 'False alarm' }).click();
    await page.getByText('the device has taken it up').first().waitFor();
    await page.locator('.device-side').getByText('Closed alerts').waitFor();
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeLessThan(5000);
    expect(await page.locator('.device-side .audit').first().textContent()).toMatch(/Ada said false alarm/);
    const [bytes] = await plant.state.getMany([deviceStateKey('pump-3')]);
    expect(decodeDeviceState(bytes!).labels.verdicts).toMatchObject([{ verdict: 'false-alarm' }]);
    await close();
  });

  test('alerts are answered from the keyboard, undone, and seen by somebody else without asking', async () => {
    const [mine, theirs] = await Promise.all([open(addresses.alerts), open(addresses.alerts, { who: 'Bob' })]);
    const subject = (from: TestPage) => from.page.locator('article.alert', { hasText: 'pump-5' });
    await subject(mine).waitFor();
    for (let tries = 0; tries < 20 && !/is-at/.test((await subject(mine).getAttribute('class'))!); tries++)
      await mine.page.keyboard.press('j');
    // A key that is held down answers one alert, not those that take its place.
    for (let times = 0; times < 4; times++) await mine.page.keyboard.down('r');
    await mine.page.keyboard.up('r');
    await subject(theirs).waitFor({ state: 'detached' });
    expect(plant.page.world.verdicts.newest(500).filter(({ verdict }) => verdict === 'real')).toHaveLength(1);
    await theirs.page.getByRole('button', { name: /^Acknowledged/ }).click();
    expect(await subject(theirs).locator('.audit').textContent()).toMatch(/Ada said real/);
    // Somebody else is of another opinion: the later one stands, and both can be read.
    await subject(theirs).getByRole('button', { name: 'Unsure' }).click();
    await theirs.page.getByText('Bob said unsure').waitFor();
    await mine.page.getByRole('button', { name: /^Acknowledged/ }).click();
    await mine.page.getByText('Bob said unsure').waitFor();
    expect(await subject(mine).locator('.audit .is-past').textContent()).toMatch(/Ada said real.*overruled/);
    // Not its middle, where a note may be written.
    await subject(mine).locator('.alert-facts').click();
    await mine.page.keyboard.press('z');
    await mine.page.getByText('took the verdict back').waitFor();
    expect(await subject(mine).locator('.audit .is-standing').textContent()).toMatch(/Ada said real/);
    await Promise.all([mine.close(), theirs.close()]);
  });

  test('refused records are opened, judged, and sent again', async () => {
    const { page, complaints, close } = await open(addresses.quality);
    await page.getByRole('button', { name: /^unknown class/ }).click();
    await page.locator('.letter summary').first().click();
    await page.getByText(/would be taken, /).waitFor();
    expect(await page.locator('.hex').textContent()).toMatch(/^000000/);
    await page.getByRole('button', { name: 'Send all of them again that would be taken now' }).click();
    await page.getByText('2 records of 2 sent again').waitFor({ timeout: 15_000 });
    expect(await page.getByText('sent again by Ada').count()).toBe(2);
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([hostileName, longName, emojiName])('a device called %.40s is text and nothing else', async (deviceId) => {
    for (const width of ['wide', 'narrow'] as const) {
      const { page, complaints, close } = await open(`#/device?${new URLSearchParams({ id: deviceId }).toString()}`, { width });
      await page.waitForSelector('.readout');
      expect(await page.locator('h1').textContent()).toBe(deviceId);
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await close();
    }
  });

  test('20,000 devices: some dozens of rows exist, the last one can be reached by keyboard, and a search finds one', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => windowOf(`zz-${i}`, 0, { features: new Float32Array(4) }));
    for (let at = 0; at < many.length; at += 2000) await plant.sayWindows(many.slice(at, at + 2000));
    await until(() => plant.page.world.fleet.devices.size > 20_000, 'all are known');
    const { page, complaints, close } = await open(addresses.fleet);
    await page.waitForSelector(landmarks.fleet);
    await page.locator('.rows').focus();
    await page.keyboard.press('End');
    await page.getByText('zz-19999', { exact: true }).waitFor();
    expect(await page.locator('.rows-space .row').count()).toBeLessThan(60);
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(/device\?id=zz-19998/);
    await page.goBack();
    await page.locator('#search').fill('zz-777');
    await page.getByText('zz-7770', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('what one looks at stands in the address, and is there again when one comes back', async () => {
    const { page, complaints, close } = await open('#/fleet?sort=device');
    await page.locator('#search').fill('pump-5');
    await page.getByText('pump-3', { exact: true }).waitFor({ state: 'detached' });
    await page.getByText('pump-5', { exact: true }).click();
    await page.getByRole('button', { name: /^opened an alert at / }).click();
    await page.waitForURL(/#\/device\?id=pump-5&window=/);
    const sent = page.url();
    await page.goBack();
    await page.waitForURL(/#\/fleet\?q=pump-5&sort=device/);
    expect(await page.locator('#search').inputValue()).toBe('pump-5');
    await page.getByRole('link', { name: 'Fleet' }).click();
    await page.getByText('pump-3', { exact: true }).waitFor();
    await page.goto(sent);
    await page.getByRole('heading', { name: /^Chosen window/ }).waitFor();
    await page.waitForSelector('.waveform');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a stretch of time that was drawn out stays in view while windows come, until all of it is asked for', async () => {
    const { page, close } = await open(addresses.device);
    const { x, y } = (await page.locator('.chart .u-over').boundingBox())!;
    await page.mouse.move(x + 40, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + 160, y + 60, { steps: 4 });
    await page.mouse.up();
    const whole = page.getByRole('button', { name: 'All of the time' });
    await whole.waitFor();
    const newest = () =>
      page
        .locator('.readout')
        .getByText(/\d\d:\d\d:\d\d$/)
        .textContent();
    const before = await newest();
    await until(async () => (await newest()) !== before, 'windows come');
    expect(await whole.isVisible()).toBe(true);
    await whole.click();
    await whole.waitFor({ state: 'detached' });
    await close();
  });

  test('whoever has no name yet is asked for one, once', async () => {
    const { page, close } = await open(addresses.alerts, { who: '' });
    const card = page.locator('article.alert', { hasText: 'pump-6' });
    await card.getByRole('button', { name: 'Unsure' }).click();
    const dialog = page.getByRole('dialog', { name: 'Who are you?' });
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel('Name').fill('Cleo');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: /^Acknowledged/ }).click();
    await page.getByText('Cleo said unsure').waitFor();
    await close();
  });

  test('a console that goes away is said, and what came meanwhile is there when it is back', async () => {
    const room = await openConsoleRoom();
    await room.sayWindows([windowOf('before', 0)]);
    const { page, close } = await openPage(browser, `${room.page.url}/#/fleet`);
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByText('before', { exact: true }).waitFor();
    await room.page.stop();
    await page.getByText('no connection').waitFor();
    await room.sayWindows([windowOf('meanwhile', 0)]);
    const next = await room.another(Number(new URL(room.page.url).port));
    await page.getByText('live', { exact: true }).waitFor({ timeout: 20_000 });
    await page.getByText('meanwhile', { exact: true }).waitFor();
    expect(await page.getByText('before', { exact: true }).count()).toBe(1);
    await close();
    await next.stop();
    await room.close();
  });

  test('a page that slept for an hour in a drawer opens its ears anew and looks at everything again', async () => {
    const room = await openConsoleRoom();
    await room.sayWindows([windowOf('before', 0)]);
    const { page, close } = await openPage(browser, `${room.page.url}/#/fleet`, { hasClock: true });
    await page.getByText('before', { exact: true }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    // Timers that were due meanwhile fire once, as when a lid is opened.
    await page.clock.fastForward('01:00:00');
    await until(() => asked.includes('/api/events') && asked.includes('/api/fleet'), 'it asks again');
    await page.getByText('live', { exact: true }).waitFor();
    await room.sayWindows([windowOf('after', 0)]);
    await page.getByText('after', { exact: true }).waitFor();
    expect(await page.locator('.rows-space .row').count()).toBe(2);
    // Nobody looks any more: the line is let go of, since browsers have few, and taken up again.
    const turn = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
    const listening = async () =>
      /^tocsin_console_clients(?:\{.*\})? (\d+)$/m.exec((await room.get<string>('/metrics')).body)?.[1];
    expect(await listening()).toBe('1');
    await turn('hidden');
    await page.clock.fastForward('00:20');
    await until(async () => (await listening()) === '0', 'it listens no more');
    await room.sayWindows([windowOf('unseen', 0)]);
    await turn('visible');
    await page.getByText('unseen', { exact: true }).waitFor();
    await until(async () => (await listening()) === '1', 'it listens again');
    await close();
    await room.close();
  });
});
