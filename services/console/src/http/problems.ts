// Errors as answers: each names the field, its value, what was expected and what to do.
import type { FastifyError, FastifyInstance, FastifySchemaValidationError } from 'fastify';
import type { Problem } from '../api/about-api.ts';

export const problemCodes = [
  'invalid_field',
  'not_found',
  'who_is_missing',
  'not_allowed',
  'not_signed_in',
  'wrong_host',
  'cross_site',
  'busy',
  'conflict',
  'too_many',
  'world_away',
  'internal',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

const statusOf: Record<ProblemCode, number> = {
  invalid_field: 400,
  not_found: 404,
  who_is_missing: 400,
  not_allowed: 405,
  not_signed_in: 401,
  wrong_host: 403,
  cross_site: 403,
  busy: 409,
  conflict: 409,
  too_many: 429,
  world_away: 503,
  internal: 500,
};

type Facts = { field?: string; value?: unknown; expected?: string; remedy: string };

/** Thrown by routes; becomes the answer. */
export class ApiProblem extends Error {
  readonly code: ProblemCode;
  readonly facts: Facts;

  constructor(code: ProblemCode, facts: Facts) {
    super(messageOf(facts));
    this.code = code;
    this.facts = facts;
  }

  get status(): number {
    return statusOf[this.code];
  }
}

function messageOf({ field, value, expected, remedy }: Facts): string {
  const what = field === undefined ? '' : `${field}${value === undefined ? '' : ` is ${shown(value)}`}; `;
  return `${what}${expected === undefined ? '' : `expected ${expected}; `}${remedy}`;
}

function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

export function problemBody(error: ApiProblem): Problem {
  const { field = null, value, expected = null, remedy } = error.facts;
  return {
    error: {
      code: error.code,
      message: error.message,
      field,
      value: value === undefined ? null : shown(value),
      expected,
      remedy,
    },
  };
}

/** Turns whatever a route throws, and what does not fit its schema, into a problem. */
export function installProblems(app: FastifyInstance, note: (error: unknown) => void): void {
  app.setSchemaErrorFormatter((errors, where) => invalid(errors[0], where));
  app.setErrorHandler<FastifyError | ApiProblem>((error, request, reply) => {
    const problem = asProblem(error, note);
    // A page that is open already says itself that it has to be loaded again: what it asks for must not open one dialog after the other.
    const isAskedByPage = request.headers['sec-fetch-dest'] === 'empty';
    if (problem.code === 'not_signed_in' && !isAskedByPage)
      void reply.header('www-authenticate', 'Basic realm="Tocsin", charset="UTF-8"');
    return reply.status(problem.status).send(problemBody(problem));
  });
  app.setNotFoundHandler((request, reply) => {
    const problem = new ApiProblem('not_found', {
      field: 'path',
      value: request.url.slice(0, 200),
      remedy: 'see /api/openapi.json for what there is',
    });
    return reply.status(404).send(problemBody(problem));
  });
}

function asProblem(error: FastifyError | ApiProblem, note: (error: unknown) => void): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if ('isRetriable' in error && error.isRetriable === true)
    return new ApiProblem('world_away', {
      field: 'the log or the store',
      remedy: `it does not answer (${error.message}); try again in a moment`,
    });
  const status = error.statusCode ?? 500;
  if (status < 500) return new ApiProblem('invalid_field', { field: 'request', remedy: error.message });
  note(error);
  return new ApiProblem('internal', { remedy: 'something went wrong that should not; the log of the console has the details' });
}

function invalid(
  { instancePath, keyword, params, message, data }: FastifySchemaValidationError & { data?: unknown },
  where: string,
): ApiProblem {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const nameIn = (name: unknown) => [path, String(name)].filter((part) => part !== '').join('.');
  if (keyword === 'required')
    return new ApiProblem('invalid_field', {
      field: nameIn(params['missingProperty']),
      expected: 'a value',
      remedy: `add it to the ${where}`,
    });
  if (keyword === 'additionalProperties')
    return new ApiProblem('invalid_field', {
      field: nameIn(params['additionalProperty']),
      expected: 'no such field',
      remedy: `remove it from the ${where}, or check its spelling`,
    });
  const allowed = params['allowedValues'];
  const expected = Array.isArray(allowed)
    ? `one of ${allowed.join(', ')}`
    : (message ?? 'something else').replace(/^must (be|have|NOT have) /, '');
  return new ApiProblem('invalid_field', {
    field: path === '' ? where : path,
    value: data,
    expected,
    remedy: `change it in the ${where}`,
  });
}
