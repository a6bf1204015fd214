// Quality of what comes in, and refused records.
import type { FastifyInstance } from 'fastify';
import {
  letterDetail,
  letterQuery,
  lettersPage,
  lettersQuery,
  qualityPage,
  redriveBody,
  redriveResult,
  type LetterDetail,
  type LettersQuery,
  type QualityPage,
  type RedriveBody,
  type RedriveResult,
} from '../api/quality-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { hexDump } from '../view/printable.ts';
import { whoSays } from './alert-routes.ts';
import { inputSchema, outputSchema } from './json-schema.ts';
import { ApiProblem } from './problems.ts';

export function addQualityRoutes(app: FastifyInstance, parts: ConsoleParts): void {
  const { world } = parts;
  app.get(
    '/api/quality',
    { schema: { summary: 'Windows with holes, late samples, refused records', response: { 200: outputSchema(qualityPage) } } },
    async () => qualityOf(parts),
  );
  app.get<{ Querystring: LettersQuery }>(
    '/api/letters',
    {
      schema: {
        summary: 'Refused records, newest first',
        querystring: inputSchema(lettersQuery),
        response: { 200: outputSchema(lettersPage) },
      },
    },
    async ({ query }) => world.letters.query(query),
  );
  app.get<{ Querystring: { id: string } }>(
    '/api/letter',
    {
      schema: {
        summary: 'One refused record: its bytes, and what would become of it now',
        querystring: inputSchema(letterQuery),
        response: { 200: outputSchema(letterDetail) },
      },
    },
    async ({ query }) => letterOf(parts, query.id),
  );
  const redrive = createRedrive(parts);
  app.post<{ Body: RedriveBody }>(
    '/api/letters/redrive',
    {
      schema: {
        summary: 'Send refused records again that would be taken now',
        body: inputSchema(redriveBody),
        response: { 200: outputSchema(redriveResult) },
      },
    },
    async (request) => redrive(request.body, whoSays(request, request.body.who)),
  );
}

function qualityOf({ world, lateTopic, letters }: ConsoleParts): QualityPage {
  return {
    ...world.quality.show(),
    letters: world.letters.counts(),
    late: lateTopic === null ? null : { topic: lateTopic, records: world.late.records },
    canRedrive: letters !== null,
  };
}

async function letterOf({ world, letters }: ConsoleParts, id: string): Promise<LetterDetail> {
  const kept = world.letters.find(id);
  if (kept === null)
    throw new ApiProblem('not_found', {
      field: 'id',
      value: id,
      expected: 'one of the newest refused records',
      remedy: 'older ones: `tocsin dlq show`',
    });
  const { row, headers, start, letter } = kept;
  const rest = { wouldBeTaken: null, decoded: null };
  const unknown =
    letter === null
      ? { now: 'too large to be kept here; `tocsin dlq show` reads it from the topic', ...rest }
      : { now: 'cannot be said by this process', ...rest };
  const judged = letter === null || letters === null ? unknown : await letters.judge(letter);
  return { letter: row, headers, hex: hexDump(start), ...judged };
}

function createRedrive({ letters, note }: ConsoleParts): (body: RedriveBody, who: string) => Promise<RedriveResult> {
  let isBusy = false;
  return async (body, who) => {
    if (letters === null)
      throw new ApiProblem('not_allowed', { remedy: 'this process cannot send records again; use `tocsin dlq redrive`' });
    if ((body.ids === undefined) === (body.reason === undefined))
      throw new ApiProblem('invalid_field', {
        field: 'ids',
        expected: 'either ids or a reason',
        remedy: 'say what to send again, one way',
      });
    if (isBusy) throw new ApiProblem('busy', { remedy: 'another redrive is under way; try again when it has ended' });
    isBusy = true;
    try {
      const result = await letters.redrive({ ...body, who });
      if (!body.dryRun) note('info', 'records were sent again', { who, sent: result.sent, chosen: result.chosen });
      return result;
    } finally {
      isBusy = false;
    }
  };
}
