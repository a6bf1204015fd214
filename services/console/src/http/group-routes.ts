// One answer for a whole group of alerts, and the way back from it.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { batchIdOf, labelIdIn, type Label } from '@tocsin/schemas';
import { groupAnswer, groupBody, groupUndoBody, groupUndone, type GroupBody, type GroupUndoBody } from '../api/alerts-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { findGroup } from '../view/show-alerts.ts';
import { undoOfBatch } from '../view/take-back.ts';
import { whoSays } from './alert-routes.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

export function addGroupRoutes(app: FastifyInstance, parts: ConsoleParts): void {
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
      const { batchId, labels } = labelsOfGroup(request, parts);
      await parts.say(labels);
      return reply.status(201).send({ labels: labels.length, batchId: labels.length === 0 ? null : batchId });
    },
  );
  app.post<{ Body: GroupUndoBody }>(
    '/api/labels/group/undo',
    {
      schema: {
        summary: 'Take back what one answer said of many alerts: on each of them what stood before stands again',
        body: inputSchema(groupUndoBody),
        response: { 201: outputSchema(groupUndone) },
      },
    },
    async (request, reply) => {
      const labels = undoAsked(request, parts);
      await parts.say(labels);
      return reply.status(201).send({ labels: labels.length });
    },
  );
}

/** One label for every alert of the group, but for those of which that has been said already. */
function labelsOfGroup(request: FastifyRequest<{ Body: GroupBody }>, { alertParts, now }: ConsoleParts) {
  const { groupId, asked, seenMs = Infinity, verdict, note, who } = request.body;
  const common = { verdict, who: whoSays(request, who), atMs: now(), note };
  const group = findGroup(alertParts, asked, groupId);
  if (group === null)
    throw new ApiProblem('not_found', {
      field: 'groupId',
      value: groupId,
      expected: 'a group that is listed under what was asked',
      remedy: 'look again: somebody may have answered meanwhile',
    });
  const batchId = batchIdOf(group.incident === null ? 'group' : 'incident', randomUUID());
  const labels = group.alerts
    .filter(({ alertId }) => (alertParts.alerts.find(alertId)?.openedMs ?? 0) <= seenMs)
    .filter(({ deviceId, alertId }) => alertParts.verdicts.standing(deviceId, alertId)?.verdict !== verdict)
    .map(({ alertId, deviceId }): Label => {
      return { labelId: labelIdIn(batchId, alertId), deviceId, subjectId: alertId, ...common };
    });
  return { batchId, labels };
}

function undoAsked(request: FastifyRequest<{ Body: GroupUndoBody }>, { world, now }: ConsoleParts): Label[] {
  const { batchId, note, who } = request.body;
  const field = { field: 'batchId', value: batchId };
  if (world.verdicts.batchSize(batchId) === 0)
    throw new ApiProblem('not_found', { ...field, expected: 'an answer that is known here', remedy: 'see /api/labels' });
  const labels = undoOfBatch(world.verdicts, batchId, { who: whoSays(request, who), atMs: now(), note });
  if (labels.length > 0) return labels;
  const remedy = 'it has been taken back already, or takes something back itself';
  throw new ApiProblem('invalid_field', { ...field, expected: 'an answer of which something stands', remedy });
}
