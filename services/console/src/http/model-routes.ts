// Initialisations: what was announced of them, what became of each version, and bringing one in or taking one back.
import type { FastifyInstance } from 'fastify';
import {
  changeBody,
  historyPage,
  modelsPage,
  versionHistory,
  type ChangeBody,
  type HistoryPage,
  type VersionHistory,
} from '../api/models-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { ChangeRefused } from '../model-desk.ts';
import { whoSays } from './alert-routes.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

export function addModelRoutes(app: FastifyInstance, parts: ConsoleParts): void {
  const { world, classes } = parts;
  const names = classes.map(({ name }) => name);
  app.get(
    '/api/models',
    {
      schema: {
        summary: 'Initialisations of every class, with the figures of the gate',
        response: { 200: outputSchema(modelsPage) },
      },
    },
    async () => world.models.show(world.fleet, names),
  );
  app.get(
    '/api/models/history',
    {
      schema: {
        summary: 'What became of every version: by whom, when and why',
        response: { 200: outputSchema(historyPage) },
      },
    },
    async () => historyOf(parts, names),
  );
  app.post<{ Body: ChangeBody }>(
    '/api/models/change',
    {
      schema: {
        summary: 'Promote what is tried, withdraw it, or bring an earlier version back',
        body: inputSchema(changeBody),
        response: { 200: outputSchema(versionHistory) },
      },
    },
    async (request) => changed(parts, request.body, whoSays(request, request.body.who)),
  );
}

async function historyOf({ models }: ConsoleParts, names: readonly string[]): Promise<HistoryPage> {
  if (models === null) return { canChange: false, classes: [] };
  return { canChange: true, classes: await Promise.all(names.map((name) => models.history(name))) };
}

async function changed({ models, classes, note }: ConsoleParts, body: ChangeBody, who: string): Promise<VersionHistory> {
  if (models === null)
    throw new ApiProblem('not_allowed', { remedy: 'this process cannot change what is in use; use `tocsin models`' });
  const { deviceClass, action, version, to } = body;
  if (!classes.some(({ name }) => name === deviceClass))
    throw new ApiProblem('not_found', {
      field: 'deviceClass',
      value: deviceClass,
      expected: 'a class of the configuration',
      remedy: 'see /api/about',
    });
  if (to !== undefined && action !== 'rollback')
    throw new ApiProblem('invalid_field', {
      field: 'to',
      value: to,
      expected: 'nothing but for a rollback',
      remedy: 'leave it out',
    });
  try {
    const history = await models.change({ ...body, who });
    note('info', 'versions of a class were changed from the page', { deviceClass, action, version, to, who });
    return history;
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    throw new ApiProblem('conflict', { field: 'version', value: version, remedy: error.message });
  }
}
