// GET what is known of the fleet, a device, a window.
import type { FastifyInstance } from 'fastify';
import {
  deviceDetail,
  deviceQuery,
  fleetPage,
  fleetQuery,
  type DeviceDetail,
  type FleetQuery,
  type Series,
} from '../api/fleet-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { isInEffect } from '../reading/label-effects.ts';
import type { KnownAlert } from '../view/alert-book.ts';
import { classViewOf } from '../view/class-view.ts';
import { rowOf, type DeviceView } from '../view/device-view.ts';
import { plannedWorkOf } from '../view/planned-work.ts';
import { createFleetQueries } from '../view/query-fleet.ts';
import { windowAt, type ScoreRing } from '../view/score-ring.ts';
import { alertViewsOf, labelViewOf } from '../view/show-alerts.ts';
import type { Said } from '../view/verdict-book.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

const labelsShown = 50;
const alertsShown = 100;
const alertsLooked = 20;

export function addFleetRoutes(app: FastifyInstance, parts: ConsoleParts): void {
  const { world } = parts;
  const queryFleet = createFleetQueries(world.fleet, world.classes, parts.now);
  app.get<{ Querystring: FleetQuery }>(
    '/api/fleet',
    {
      schema: {
        summary: 'Devices, filtered, sorted and paged',
        querystring: inputSchema(fleetQuery),
        response: { 200: outputSchema(fleetPage) },
      },
    },
    async ({ query }) => queryFleet(query),
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
}

/** Throws `not_found` where it is not known. */
export function deviceIn({ world }: ConsoleParts, deviceId: string): DeviceView {
  const device = world.fleet.devices.get(deviceId);
  if (device !== undefined) return device;
  const expected = 'a device that has sent windows since this console looks back';
  throw new ApiProblem('not_found', { field: 'id', value: deviceId, expected, remedy: 'look for it in /api/fleet?q=' });
}

async function detailOf(parts: ConsoleParts, device: DeviceView): Promise<DeviceDetail> {
  const { world, alertParts, devices, effects, waveforms } = parts;
  const deviceClass = world.classes.get(device.deviceClass);
  const [remembered, kept] = await Promise.all([
    devices.remembered(device.deviceId),
    waveforms.ofAlerts(device.deviceId, alertIdsOf(parts, device.deviceId)),
  ]);
  const effectOf = (said: Said) => {
    const { state } = remembered;
    return state !== null && isInEffect(state.labels, said) ? 'yes' : effects.effectOf(said);
  };
  const known = world.alerts.ofDevice(device.deviceId);
  const alerts = alertViewsOf({ ...alertParts, effectOf }, mostUrgent(known));
  return {
    row: rowOf(device, deviceClass, world.fleet.logTimeMs()),
    deviceClass: deviceClass === undefined ? null : classViewOf(deviceClass),
    series: seriesOf(device.ring),
    alerts,
    alertsKnown: known.length,
    labels: world.verdicts.newest(labelsShown, device.deviceId).map((said) => labelViewOf(said, { ...alertParts, effectOf })),
    history: device.history,
    keptWindows: kept.map(({ windowId, alertId, startMs }) => ({ windowId, alertId, startMs })),
    memory: devices.memory(remembered, deviceClass, world.fleet.logTimeMs()),
    memoryProblem: remembered.problem,
    plannedWork: plannedWorkOf(device, deviceClass, world.fleet.logTimeMs()),
  };
}

/** Open ones before closed ones, the newest first; a device that comes and goes for weeks may have thousands. */
function mostUrgent(known: readonly KnownAlert[]): KnownAlert[] {
  const isOver = ({ alert }: KnownAlert) => Number(alert.state === 'closed');
  return known.toSorted((one, two) => isOver(one) - isOver(two) || two.alert.startMs - one.alert.startMs).slice(0, alertsShown);
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

/** The newest alerts of a device: there is room for the windows of a few. */
export function alertIdsOf({ world }: ConsoleParts, deviceId: string): string[] {
  return world.alerts
    .ofDevice(deviceId)
    .slice(-alertsLooked)
    .map(({ alert }) => alert.alertId);
}
