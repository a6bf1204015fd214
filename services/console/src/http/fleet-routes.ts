// GET what is known of the fleet, a device, a window.
import type { FastifyInstance } from 'fastify';
import type { ScoredWindow } from '@tocsin/schemas';
import {
  deviceDetail,
  deviceQuery,
  fleetPage,
  fleetQuery,
  type DeviceDetail,
  type FleetQuery,
  type Series,
} from '../api/fleet-api.ts';
import { seriesFlags } from '../api/words.ts';
import { windowDetail, windowQuery, type WindowDetail, type WindowQuery } from '../api/window-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { isInEffect } from '../reading/label-effects.ts';
import { classViewOf } from '../view/class-view.ts';
import { rowOf, type DeviceView } from '../view/device-view.ts';
import { queryFleet } from '../view/query-fleet.ts';
import { windowAt, type ScoreRing } from '../view/score-ring.ts';
import { alertViewOf, createPeers, labelViewOf } from '../view/show-alerts.ts';
import type { Said } from '../view/verdict-book.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

const labelsShown = 50;

export function addFleetRoutes(app: FastifyInstance, parts: ConsoleParts): void {
  const { world } = parts;
  app.get<{ Querystring: FleetQuery }>(
    '/api/fleet',
    {
      schema: {
        summary: 'Devices, filtered, sorted and paged',
        querystring: inputSchema(fleetQuery),
        response: { 200: outputSchema(fleetPage) },
      },
    },
    async ({ query }) => queryFleet(world.fleet, world.classes, query),
  );
  app.get<{ Querystring: { id: string } }>(
    '/api/device',
    {
      schema: {
        summary: 'One device: its windows, alerts, verdicts and memory',
        querystring: inputSchema(deviceQuery),
        response: { 200: outputSchema(deviceDetail) },
      },
    },
    async ({ query }) => detailOf(parts, deviceIn(parts, query.id)),
  );
  app.get<{ Querystring: WindowQuery }>(
    '/api/window',
    {
      schema: {
        summary: 'One window: every feature against what is expected, and its samples where they were kept',
        querystring: inputSchema(windowQuery),
        response: { 200: outputSchema(windowDetail) },
      },
    },
    async ({ query }) => windowOf(parts, query),
  );
}

function deviceIn({ world }: ConsoleParts, deviceId: string): DeviceView {
  const device = world.fleet.devices.get(deviceId);
  if (device !== undefined) return device;
  const expected = 'a device that has sent windows since this console looks back';
  throw new ApiProblem('not_found', { field: 'id', value: deviceId, expected, remedy: 'look for it in /api/fleet?q=' });
}

async function detailOf(parts: ConsoleParts, device: DeviceView): Promise<DeviceDetail> {
  const { world, alertParts, devices, effects } = parts;
  const deviceClass = world.classes.get(device.deviceClass);
  const remembered = await devices.remembered(device.deviceId);
  const effectOf = (said: Said) => {
    const { state } = remembered;
    return state !== null && isInEffect(state.labels, said) ? 'yes' : effects.effectOf(said);
  };
  const peersOf = createPeers(alertParts);
  const alerts = world.alerts
    .ofDevice(device.deviceId)
    .sort((one, two) => two.alert.startMs - one.alert.startMs)
    .map((known) => alertViewOf({ ...alertParts, effectOf }, known, peersOf(known.alert)));
  return {
    row: rowOf(device, deviceClass, world.fleet.logTimeMs()),
    deviceClass: deviceClass === undefined ? null : classViewOf(deviceClass),
    series: seriesOf(device.ring),
    alerts,
    labels: world.verdicts.newest(labelsShown, device.deviceId).map((said) => labelViewOf(said, effectOf)),
    history: device.history,
    memory: devices.memory(remembered, deviceClass, world.fleet.logTimeMs()),
    memoryProblem: remembered.problem,
  };
}

/** The whole ring, or its newest `count` windows. */
export function seriesOf(ring: ScoreRing, count = ring.length): Series {
  const from = Math.max(0, ring.length - count);
  const points = Array.from({ length: ring.length - from }, (_, i) => windowAt(ring, from + i));
  return {
    windowId: points.map(({ windowId }) => windowId),
    endMs: points.map(({ endMs }) => endMs),
    score: points.map(({ score }) => score),
    threshold: points.map(({ threshold }) => threshold),
    pValue: points.map(({ pValue }) => pValue),
    coverage: points.map(({ coverage }) => coverage),
    modelVersion: points.map(({ modelVersion }) => modelVersion),
    flags: points.map(({ flags }) => flags),
  };
}

async function windowOf(parts: ConsoleParts, { device: deviceId, id }: WindowQuery): Promise<WindowDetail> {
  const { world, devices, waveforms } = parts;
  const device = deviceIn(parts, deviceId);
  const subject = id ?? device.latest?.windowId ?? '';
  const [remembered, waveform] = await Promise.all([devices.remembered(deviceId), waveforms.find(deviceId, subject)]);
  const kept = world.recent.find(subject);
  const scored = kept ?? (device.latest?.windowId === subject ? device.latest : null);
  if (scored !== null && scored.deviceId === deviceId) {
    const explanation = await devices.explain(scored, remembered);
    return { ...shownWindow(scored), ...explanation, waveform };
  }
  return { ...bareWindow(device, subject), waveform };
}

function shownWindow(scored: ScoredWindow): Omit<WindowDetail, 'features' | 'explainedBy' | 'problem' | 'waveform'> {
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

/** A window of which only the figures are left. */
function bareWindow({ ring, deviceId }: DeviceView, windowId: string): Omit<WindowDetail, 'waveform'> {
  for (let i = ring.length - 1; i >= 0; i--) {
    const point = windowAt(ring, i);
    if (point.windowId !== windowId) continue;
    const flags = seriesFlags.filter((_, bit) => (point.flags & (1 << bit)) !== 0);
    const problem = 'its features are no longer in the memory of this console, only its score';
    return { ...point, deviceId, startMs: point.endMs, supportWindows: 0, flags, features: [], explainedBy: null, problem };
  }
  throw new ApiProblem('not_found', {
    field: 'id',
    value: windowId,
    expected: 'a window of this device that is still kept',
    remedy: 'see series.windowId of /api/device',
  });
}
