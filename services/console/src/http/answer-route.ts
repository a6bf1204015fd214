// One-click answers: a signed link opens a page that asks, and only its button says something. The label goes where all labels go.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { checkLink, type AnswerLink, type Label } from '@tocsin/schemas';
import type { ConsoleParts } from '../console-parts.ts';
import {
  alteredPage,
  answerStyle,
  confirmPage,
  expiredPage,
  notSetUpPage,
  saidPage,
  usedPage,
  type AnswerFacts,
} from './answer-pages.ts';

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
  app.get<Asked>('/answer', { schema: { ...hidden, querystring } }, (request, reply) => {
    const { t } = request.query;
    const checked = check(t, parts);
    if ('page' in checked) return sendPage(reply, checked.status, checked.page);
    const isUsed = parts.world.verdicts.find(labelIdOf(t)) !== null;
    const facts = factsOf(checked.link, parts);
    return sendPage(reply, 200, isUsed ? usedPage(facts) : confirmPage(facts));
  });
  app.post<Asked & { Body: string | undefined }>('/answer', { schema: { ...hidden, querystring } }, async (request, reply) => {
    const { t } = request.query;
    const checked = check(t, parts);
    if ('page' in checked) return sendPage(reply, checked.status, checked.page);
    const { link } = checked;
    const labelId = labelIdOf(t);
    if (parts.world.verdicts.find(labelId) !== null) return sendPage(reply, 200, usedPage(factsOf(link, parts)));
    const note = new URLSearchParams(request.body ?? '').get('note')?.trim().slice(0, noteCharsMax) ?? '';
    const { deviceId, alertId, verdict, who } = link;
    const label: Label = {
      labelId,
      deviceId,
      subjectId: alertId,
      verdict,
      who,
      atMs: parts.now(),
      note: note === '' ? 'by link' : note,
    };
    await parts.say([label]);
    return sendPage(reply, 200, saidPage(factsOf(link, parts)));
  });
}

function check(token: string, { linkKey, now }: ConsoleParts): { link: AnswerLink } | { status: number; page: string } {
  if (linkKey === null) return { status: 404, page: notSetUpPage() };
  const checked = checkLink(token, linkKey, now());
  if (checked.state === 'altered') return { status: 400, page: alteredPage() };
  return checked.state === 'expired' ? { status: 410, page: expiredPage(checked.link) } : { link: checked.link };
}

function factsOf(link: AnswerLink, { world }: ConsoleParts): AnswerFacts {
  const standing = world.verdicts.standing(link.alertId);
  return { link, cause: world.alerts.find(link.alertId)?.cause.message ?? null, standing };
}

/** One link is one label, however often its button is pressed. */
function labelIdOf(token: string): string {
  return createHash('sha256').update(`answer link ${token}`).digest('hex').slice(0, 32);
}

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .status(status)
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .type('text/html; charset=utf-8')
    .send(page);
}
