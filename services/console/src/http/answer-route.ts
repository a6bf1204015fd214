// One-click answers: a signed link opens a page that asks, and only its buttons say something. Labels go where all labels go.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { checkLink } from '@tocsin/schemas';
import type { ConsoleParts } from '../console-parts.ts';
import { answerAlert } from './answer-alert.ts';
import { answerStyle, type AnswerDesk, type AnswerPage, type PressedForm } from './answer-frame.ts';
import { answerIncident } from './answer-incident.ts';
import { alteredPage, awayPage, expiredPage, notSetUpPage } from './answer-pages.ts';

/** The link itself is what one has to know. */
export const answerPaths = ['/answer', '/answer.css'] as const;

const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const noteCharsMax = 2000;
const hidden = { hide: true };
const querystring = { type: 'object', properties: { t: { type: 'string', maxLength: 5000, default: '' } } };

type Asked = { Querystring: { t: string } };

export function addAnswerRoute(app: FastifyInstance, parts: ConsoleParts): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16_384 },
    (_request, body, done) => done(null, body),
  );
  app.get('/answer.css', { schema: hidden }, (_request, reply) => reply.type('text/css; charset=utf-8').send(answerStyle));
  app.get<Asked>('/answer', { schema: { ...hidden, querystring } }, (request, reply) =>
    sendPage(reply, deskOf(request.query.t, parts).look()),
  );
  const inTurn = createTurns();
  app.post<Asked & { Body: string | undefined }>('/answer', { schema: { ...hidden, querystring } }, async (request, reply) => {
    const { t } = request.query;
    const form = formOf(request.body ?? '');
    return sendPage(reply, await inTurn(t, () => deskOf(t, parts).press(form)).catch(pageOf));
  });
}

function deskOf(token: string, parts: ConsoleParts): AnswerDesk {
  if (parts.linkKey === null) return saysOnly(notSetUpPage());
  const checked = checkLink(token, parts.linkKey, parts.now());
  if (checked.state === 'altered') return saysOnly(alteredPage());
  const { state, link } = checked;
  if (state === 'expired') return saysOnly(expiredPage(link));
  const key = createHash('sha256').update(`answer link ${token}`).digest('hex').slice(0, 32);
  return 'alertId' in link ? answerAlert(parts, link, key) : answerIncident(parts, link, key);
}

function saysOnly(page: AnswerPage): AnswerDesk {
  return { look: () => page, press: async () => page };
}

function formOf(body: string): PressedForm {
  const fields = new URLSearchParams(body);
  const seenMs = Number(fields.get('seen') ?? Infinity);
  const note = fields.get('note')?.trim().slice(0, noteCharsMax) ?? '';
  return { act: fields.get('act') === 'undo' ? 'undo' : 'say', note, seenMs: Number.isNaN(seenMs) ? Infinity : seenMs };
}

/** Whoever presses twice is answered twice, and the second answer knows of the first. */
function createTurns(): <T>(key: string, act: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, act) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(act, act);
    last.set(key, mine);
    const leave = () => last.get(key) === mine && last.delete(key);
    mine.then(leave, leave);
    return mine;
  };
}

/** What the world has to be blamed for is said in words; the rest is a problem like any other. */
function pageOf(error: unknown): AnswerPage {
  if (error instanceof Error && 'isRetriable' in error && error.isRetriable === true) return awayPage();
  throw error;
}

function sendPage(reply: FastifyReply, { status, html }: AnswerPage): FastifyReply {
  return reply
    .status(status)
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .type('text/html; charset=utf-8')
    .send(html);
}
