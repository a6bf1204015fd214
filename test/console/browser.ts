// A browser for tests of pages: contexts of a width and a scheme, what they complain of, and what axe finds.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumFlags } from '../servers/chromium.mjs';

export const widths = { wide: { width: 1280, height: 860 }, narrow: { width: 390, height: 844 } } as const;

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: chromiumFlags });
}

export type TestPage = {
  page: Page;
  /** Errors and warnings of the console, refused scripts and styles among them. */
  complaints: string[];
  close(): Promise<void>;
};

/** With `hasClock` its time can be moved on by hand. */
export type PageOptions = { width?: keyof typeof widths; scheme?: 'dark' | 'light'; who?: string; hasClock?: boolean };

/** A page of a browser whose owner has a name already. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 'wide', scheme = 'dark', who = 'Ada', hasClock = false }: PageOptions = {},
): Promise<TestPage> {
  const context = await browser.newContext({ viewport: widths[width], colorScheme: scheme, timezoneId: 'Europe/Berlin' });
  const settings = JSON.stringify(JSON.stringify({ who }));
  await context.addInitScript({
    content: `localStorage.getItem('tocsin.settings') ?? localStorage.setItem('tocsin.settings', ${settings})`,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  if (hasClock) await page.clock.install();
  const complaints: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

export type Finding = { id: string; impact: string; nodes: string[] };

/** What axe finds that is serious or critical. */
export async function seriousFindings(page: Page): Promise<Finding[]> {
  await page.evaluate(axeSource);
  // The page knows no type of what was just put into it.
  const found = await page.evaluate<Finding[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)) })))`);
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

/** How far the page is wider than the screen, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** A picture as WebP: what is on the screen, or with `isWhole` the page from its top to its end. */
export async function takePicture(page: Page, path: string, isWhole = false): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { cssContentSize, cssLayoutViewport } = await devtools.send('Page.getLayoutMetrics');
  const height = isWhole ? cssContentSize.height : cssLayoutViewport.clientHeight;
  const clip = { x: 0, y: isWhole ? 0 : cssLayoutViewport.pageY, width: cssLayoutViewport.clientWidth, height, scale: 1 };
  const { data } = await devtools.send('Page.captureScreenshot', {
    format: 'webp',
    quality: 88,
    clip,
    captureBeyondViewport: isWhole,
  });
  writeFileSync(path, Buffer.from(data, 'base64'));
  await devtools.detach();
}
