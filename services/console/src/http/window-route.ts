// GET one window: why it scored as it did. Features that are no longer in memory come from kept samples, by the scorer's own extractor.
import type { FastifyInstance } from 'fastify';
import { idKey } from '@tocsin/decisions';
import { createExtractor } from '@tocsin/features';
import { qualityFlags, type KeptWindow, type ScoredWindow } from '@tocsin/schemas';
import { windowDetail, windowQuery, type Likeness, type WindowDetail, type WindowQuery } from '../api/window-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import type { NearestAnomaly } from '../reading/device-desk.ts';
import { waveformViewOf } from '../reading/waveform-desk.ts';
import type { DeviceView } from '../view/device-view.ts';
import { windowAt } from '../view/score-ring.ts';
import { alertIdsOf, deviceIn } from './fleet-routes.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

const summary = 'One window: every feature against what is expected, and its samples where they were kept';

export function addWindowRoute(app: FastifyInstance, parts: ConsoleParts): void {
  app.get<{ Querystring: WindowQuery }>(
    '/api/window',
    { schema: { summary, querystring: inputSchema(windowQuery), response: { 200: outputSchema(windowDetail) } } },
    async ({ query }) => windowOf(parts, query),
  );
}

async function windowOf(parts: ConsoleParts, { device: deviceId, id }: WindowQuery): Promise<WindowDetail> {
  const { world, devices, waveforms } = parts;
  const device = deviceIn(parts, deviceId);
  const subject = id ?? device.latest?.windowId ?? '';
  const [remembered, all] = await Promise.all([
    devices.remembered(deviceId),
    waveforms.ofAlerts(deviceId, alertIdsOf(parts, deviceId)),
  ]);
  const kept = all.find((one) => one.windowId === subject || one.alertId === subject) ?? null;
  const windowId = kept?.windowId ?? subject;
  const waveform = kept === null ? null : waveformViewOf(kept);
  const known = world.recent.find(windowId) ?? (device.latest?.windowId === windowId ? device.latest : null);
  const scored = known?.deviceId === deviceId ? known : null;
  const bare = scored ?? bareWindow(device, windowId, kept);
  const features = scored?.features ?? (kept === null ? null : featuresOf(parts, device, kept));
  if (features === null) {
    const problem = 'its features are no longer in the memory of this console, only its score';
    return { ...shownWindow(bare), features: [], nearest: null, explainedBy: null, problem, waveform };
  }
  const { nearest, ...explanation } = await devices.explain({ ...bare, features }, remembered);
  return { ...shownWindow(bare), ...explanation, nearest: likenessOf(parts, deviceId, windowId, nearest), waveform };
}

/** A window is not like itself; what is remembered by a key of its id is looked for among the alerts that are known here. */
function likenessOf(
  { world }: ConsoleParts,
  deviceId: string,
  windowId: string,
  nearest: NearestAnomaly | null,
): Likeness | null {
  if (nearest === null || nearest.windowKey === idKey(windowId)) return null;
  const known = world.alerts.ofDevice(deviceId).find(({ alert }) => idKey(alert.alertId) === nearest.alertKey);
  const said = known === undefined ? null : world.verdicts.standing(known.alert.deviceId, known.alert.alertId);
  return {
    alertId: known?.alert.alertId ?? null,
    startMs: known?.alert.startMs ?? null,
    distance: nearest.distance,
    who: said?.who ?? null,
    note: said === null || said.note === '' ? null : said.note,
  };
}

/** From the samples, by the extractor that scorers use; null where the class has changed since. */
function featuresOf(
  { world }: ConsoleParts,
  { deviceClass }: DeviceView,
  { samples, channels }: KeptWindow,
): Float32Array | null {
  const spec = world.specs.get(deviceClass);
  const isOfSpec = spec !== undefined && samples.length === spec.windowSamples * spec.channels.length;
  return isOfSpec && channels.join() === spec.channels.join() ? createExtractor(spec)(samples) : null;
}

function shownWindow(scored: ScoredWindow): Omit<WindowDetail, 'features' | 'nearest' | 'explainedBy' | 'problem' | 'waveform'> {
  const { windowId, deviceId, startMs, endMs, score, threshold, pValue, modelVersion, supportWindows, coverage, flags } = scored;
  return {
    windowId,
    deviceId,
    startMs,
    endMs,
    score,
    threshold,
    pValue,
    modelVersion,
    supportWindows,
    coverage,
    flags: [...flags],
  };
}

/** A window of which only the figures are left, or only the samples. */
function bareWindow(
  { ring, deviceId, deviceClass, latest }: DeviceView,
  windowId: string,
  kept: KeptWindow | null,
): ScoredWindow {
  const specHash = latest?.specHash ?? '';
  const common = { deviceId, deviceClass, specHash, features: new Float32Array(0), supportWindows: 0 };
  for (let i = ring.length - 1; i >= 0; i--) {
    const point = windowAt(ring, i);
    if (point.windowId !== windowId) continue;
    const spanMs = latest === null ? 0 : latest.endMs - latest.startMs;
    return {
      ...common,
      ...point,
      startMs: point.endMs - spanMs,
      flags: qualityFlags.filter((_, bit) => (point.flags & (1 << bit)) !== 0),
    };
  }
  if (kept !== null) {
    const { startMs, endMs } = kept;
    return {
      ...common,
      windowId,
      startMs,
      endMs,
      score: null,
      threshold: null,
      pValue: null,
      modelVersion: 0,
      coverage: 1,
      flags: [],
    };
  }
  throw new ApiProblem('not_found', {
    field: 'id',
    value: windowId,
    expected: 'a window of this device that is still kept',
    remedy: 'see series.windowId of /api/device',
  });
}
