// Alerts, and what people say of them. A label is appended to its topic; what stands in memory follows from there.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Label } from '@tocsin/schemas';
import {
  alertsPage,
  alertsQuery,
  labelBody,
  labelsPage,
  labelsQuery,
  labelView,
  undoBody,
  type AlertsQuery,
  type LabelBody,
  type LabelView,
  type UndoBody,
} from '../api/alerts-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { labelViewOf } from '../view/show-alerts.ts';
import { undoOf, undoRefusal } from '../view/take-back.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

export function addAlertRoutes(app: FastifyInstance, parts: ConsoleParts): void {
  const { world, alertParts } = parts;
  app.get<{ Querystring: AlertsQuery }>(
    '/api/alerts',
    {
      schema: {
        summary: 'Alerts: open, acknowledged and closed',
        querystring: inputSchema(alertsQuery),
        response: { 200: outputSchema(alertsPage) },
      },
    },
    async ({ query }) => parts.queryAlerts(query),
  );
  app.get<{ Querystring: { device?: string; limit: number } }>(
    '/api/labels',
    {
      schema: {
        summary: 'What people said, newest first',
        querystring: inputSchema(labelsQuery),
        response: { 200: outputSchema(labelsPage) },
      },
    },
    async ({ query }) => ({
      labels: world.verdicts.newest(query.limit, query.device).map((one) => labelViewOf(one, alertParts)),
    }),
  );
  app.post<{ Body: LabelBody }>(
    '/api/labels',
    {
      schema: {
        summary: 'Say what an alert, a window or a device was',
        body: inputSchema(labelBody),
        response: { 201: outputSchema(labelView) },
      },
    },
    async (request, reply) => reply.status(201).send(await said(parts, labelOf(request, parts))),
  );
  app.post<{ Body: UndoBody }>(
    '/api/labels/undo',
    {
      schema: {
        summary: 'Take back what was said: what stood before stands again',
        body: inputSchema(undoBody),
        response: { 201: outputSchema(labelView) },
      },
    },
    async (request, reply) => reply.status(201).send(await said(parts, undoAsked(request, parts))),
  );
}

async function said({ world, alertParts, say }: ConsoleParts, label: Label): Promise<LabelView> {
  await say([label]);
  return labelViewOf(world.verdicts.find(label.labelId)!, alertParts);
}

/** The user who has signed in; else whoever the body names. */
export function whoSays({ user }: FastifyRequest, who: string | undefined): string {
  const name = user ?? who?.trim() ?? '';
  if (name !== '') return name;
  throw new ApiProblem('who_is_missing', {
    field: 'who',
    value: who,
    expected: 'a name of 1 to 80 characters',
    remedy: 'say who you are: it is written beside what you say',
  });
}

function labelOf(request: FastifyRequest<{ Body: LabelBody }>, { world, now }: ConsoleParts): Label {
  const { deviceId, verdict, note, who } = request.body;
  const needsNone = verdict === 'maintenance' || verdict === 'rollback';
  const subjectId = request.body.subjectId ?? (verdict === 'rollback' ? `rollback ${deviceId}` : deviceId);
  if (request.body.subjectId === undefined && !needsNone)
    throw new ApiProblem('invalid_field', {
      field: 'subjectId',
      expected: 'the id of an alert or a window',
      remedy: `name what is ${verdict}`,
    });
  const owner = world.alerts.find(subjectId)?.alert.deviceId ?? deviceId;
  if (owner !== deviceId)
    throw new ApiProblem('invalid_field', {
      field: 'deviceId',
      value: deviceId,
      expected: `${owner}: it is the alert of that device`,
      remedy: 'name the device of the alert',
    });
  return { labelId: randomUUID(), deviceId, subjectId, verdict, who: whoSays(request, who), atMs: now(), note };
}

function undoAsked(request: FastifyRequest<{ Body: UndoBody }>, { world, now }: ConsoleParts): Label {
  const { labelId, note, who } = request.body;
  const label = world.verdicts.find(labelId);
  if (label === null)
    throw new ApiProblem('not_found', {
      field: 'labelId',
      value: labelId,
      expected: 'a label that is known here',
      remedy: 'see /api/labels',
    });
  const remedy = undoRefusal(label);
  if (remedy !== null)
    throw new ApiProblem('invalid_field', { field: 'labelId', value: labelId, expected: 'a verdict that stands', remedy });
  return undoOf(world.verdicts, label, { who: whoSays(request, who), atMs: now(), note });
}
