// Alerts, and what people say of them. A label is appended to its topic; what stands in memory follows from there.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Label } from '@tocsin/schemas';
import {
  alertsPage,
  alertsQuery,
  groupAnswer,
  groupBody,
  labelBody,
  labelsPage,
  labelsQuery,
  labelView,
  undoBody,
  type AlertsQuery,
  type GroupBody,
  type LabelBody,
  type LabelView,
  type UndoBody,
} from '../api/alerts-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { alertsOfGroup, labelViewOf, queryAlerts } from '../view/show-alerts.ts';
import { undoNote, undoRefusal, verdictWithout } from '../view/verdict-book.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

export function addAlertRoutes(app: FastifyInstance, parts: ConsoleParts): void {
  const { world, effects } = parts;
  app.get<{ Querystring: AlertsQuery }>(
    '/api/alerts',
    {
      schema: {
        summary: 'Alerts: open, acknowledged and closed',
        querystring: inputSchema(alertsQuery),
        response: { 200: outputSchema(alertsPage) },
      },
    },
    async ({ query }) => queryAlerts(parts.alertParts, query),
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
      labels: world.verdicts.newest(query.limit, query.device).map((one) => labelViewOf(one, effects.effectOf)),
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
    async (request, reply) => reply.status(201).send(await said(parts, labelOf(request, parts.now()))),
  );
  app.post<{ Body: GroupBody }>(
    '/api/labels/group',
    {
      schema: {
        summary: 'Say the same of every alert of a group',
        body: inputSchema(groupBody),
        response: { 201: outputSchema(groupAnswer) },
      },
    },
    async (request, reply) => {
      const labels = labelsOfGroup(request, parts);
      await parts.say(labels);
      return reply.status(201).send({ labels: labels.length });
    },
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
    async (request, reply) => reply.status(201).send(await said(parts, undoOf(request, parts))),
  );
}

async function said({ world, effects, say }: ConsoleParts, label: Label): Promise<LabelView> {
  await say([label]);
  return labelViewOf(world.verdicts.find(label.labelId)!, effects.effectOf);
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

function labelOf(request: FastifyRequest<{ Body: LabelBody }>, atMs: number): Label {
  const { deviceId, verdict, note, who } = request.body;
  const needsNone = verdict === 'maintenance' || verdict === 'rollback';
  const subjectId = request.body.subjectId ?? (verdict === 'rollback' ? `rollback ${deviceId}` : deviceId);
  if (request.body.subjectId === undefined && !needsNone)
    throw new ApiProblem('invalid_field', {
      field: 'subjectId',
      expected: 'the id of an alert or a window',
      remedy: `name what is ${verdict}`,
    });
  return { labelId: randomUUID(), deviceId, subjectId, verdict, who: whoSays(request, who), atMs, note };
}

/** One label for every alert of the group, but for those of which that has been said already. */
function labelsOfGroup(request: FastifyRequest<{ Body: GroupBody }>, { alertParts, now }: ConsoleParts): Label[] {
  const { groupId, asked, verdict, note, who } = request.body;
  const common = { verdict, who: whoSays(request, who), atMs: now(), note };
  const alerts = alertsOfGroup(alertParts, asked, groupId);
  if (alerts.length === 0)
    throw new ApiProblem('not_found', {
      field: 'groupId',
      value: groupId,
      expected: 'a group that is listed under what was asked',
      remedy: 'look again: somebody may have answered meanwhile',
    });
  return alerts
    .filter(({ alertId }) => alertParts.verdicts.standing(alertId)?.verdict !== verdict)
    .map(({ alertId, deviceId }) => ({ labelId: randomUUID(), deviceId, subjectId: alertId, ...common }));
}

function undoOf(request: FastifyRequest<{ Body: UndoBody }>, { world, now }: ConsoleParts): Label {
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
  const { deviceId, subjectId } = label;
  const verdict = verdictWithout(world.verdicts, label);
  return {
    labelId: randomUUID(),
    deviceId,
    subjectId,
    verdict,
    who: whoSays(request, who),
    atMs: now(),
    note: undoNote(labelId, note),
  };
}
