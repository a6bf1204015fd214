// A console over a scorer's room: real log and store, and the page at an address of this machine.
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '@tocsin/config';
import { runConsole, type RunningConsole } from '@tocsin/console';
import { createFeatureSpec } from '@tocsin/features';
import { encodeAlert, encodeScoredWindow, type Alert, type ScoredWindow } from '@tocsin/schemas';
import { createLetterDesk } from '../../services/cli/src/console/letter-desk.ts';
import { createModelDesk } from '../../services/cli/src/console/model-desk.ts';
import { pump } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, topics, type ScorerRoom } from '../pipeline/scorer-room.ts';

export type Answer<T> = { status: number; body: T; headers: Headers };

export type ConsoleRoom = ScorerRoom & {
  page: RunningConsole;
  get<T>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** Appends windows as a scorer would. */
  sayWindows(windows: readonly ScoredWindow[]): Promise<void>;
  sayAlerts(alerts: readonly Alert[]): Promise<void>;
  /** Another console over the same log and store. */
  another(httpPort?: number): Promise<RunningConsole>;
};

/** With `hasDesk` refused records can be judged and sent again, and versions changed, as `tocsin console` does it; `moreClasses` is YAML. */
export type RoomOptions = { settings?: string; links?: string; hasDesk?: boolean; moreClasses?: string };

/** `settings` is YAML of the section `console`, `links` of the section of that name. */
export async function openConsoleRoom({
  settings = '',
  links = '',
  hasDesk = false,
  moreClasses = '',
}: RoomOptions = {}): Promise<ConsoleRoom> {
  const room = await openScorerRoom();
  const store = 'state: { kind: embedded, directory: no-such-directory }';
  const file = `${store}\nclasses:\n  pump: { channels: [x], rateHz: 4096 }\n${moreClasses}console: { httpPort: 0${settings === '' ? '' : `, ${settings}`} }\nlinks: { ${links} }\n`;
  const config = loadConfig({ file, env: {} });
  const desk = { now: Date.now, sleep: (ms: number) => sleep(ms) };
  const letters = hasDesk ? createLetterDesk(config, room.transport, desk) : null;
  const { transport, state } = room;
  const models = hasDesk ? createModelDesk(config, { transport, state, note: () => undefined, now: Date.now }) : null;
  const another = (httpPort = 0) => {
    const own = { ...config, console: { ...config.console, httpPort } };
    return runConsole(own, { transport, state, letters, models, note: () => undefined });
  };
  const page = await another();
  const writer = room.transport.writer();
  const answered = async <T>(response: Response): Promise<Answer<T>> => {
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as T, headers: response.headers };
  };
  return {
    ...room,
    page,
    another,
    get: async (path, headers = {}) => answered(await fetch(`${page.url}${path}`, { headers })),
    post: async (path, body, headers = {}) =>
      answered(
        await fetch(`${page.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      ),
    sayWindows: (windows) =>
      writer.send(windows.map((each) => ({ topic: topics.windows, key: each.deviceId, value: encodeScoredWindow(each) }))),
    sayAlerts: (alerts) =>
      writer.send(alerts.map((each) => ({ topic: topics.alerts, key: each.deviceId, value: encodeAlert(each) }))),
    async close() {
      await page.stop();
      await room.close();
    },
  };
}

/** Waits until `isTrue`, for ten seconds or longer. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string, seconds = 10): Promise<void> {
  for (let tries = 0; tries < 50 * seconds; tries++) {
    if (await isTrue()) return;
    await sleep(20);
  }
  throw new Error(`never came to pass: ${what}`);
}

const spec = createFeatureSpec(pump);

/** A window of a pump that is watched, `n` windows after the first. */
export function windowOf(deviceId: string, n: number, more: Partial<ScoredWindow> = {}): ScoredWindow {
  const startMs = Date.UTC(2026, 0, 1) + n * 125;
  return {
    windowId: Buffer.from(`${deviceId} ${n}`.padEnd(12).slice(-12)).toString('hex'),
    deviceId,
    deviceClass: 'pump',
    startMs,
    endMs: startMs + 250,
    specHash: spec.hash,
    features: new Float32Array(spec.elements.length),
    score: -1,
    pValue: 0.5,
    threshold: 1,
    modelVersion: 1,
    supportWindows: 20,
    confidence: 'watching',
    coverage: 1,
    flags: [],
    ...more,
  };
}

export function alertOf(deviceId: string, more: Partial<Alert> = {}): Alert {
  const startMs = Date.UTC(2026, 0, 1);
  return {
    alertId: `alert-of-${deviceId}`.slice(0, 200),
    revision: 0,
    state: 'opened',
    deviceId,
    deviceClass: 'pump',
    severity: 'warning',
    startMs,
    endMs: startMs + 1000,
    score: 3,
    threshold: 1,
    pValue: 1e-5,
    windows: 3,
    contributions: [{ feature: spec.elements[0].name, channel: 'x', share: 0.7, actual: 1.5, expected: 0, deviation: 9 }],
    modelVersion: 1,
    supportWindows: 20,
    confidence: 'watching',
    message: `${deviceId}: x.rms 4.5x what is normal for this device since 00:00:00 UTC.`,
    ...more,
  };
}
