// The part of a one-click link that says what is answered, by whom and until when, and that nobody else can make: signed with
// HMAC-SHA256. Whoever holds the link may give this one answer; it says nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { verdicts, type Verdict } from './alert.ts';

type Answer = {
  verdict: (typeof verdicts)[number];
  /** Who gives the answer: the recipient of the notification. */
  who: string;
  /** Epoch milliseconds; not good afterwards. */
  expiresMs: number;
};

/** Answers one alert. */
export type AlertLink = Answer & { alertId: string; deviceId: string };
/** Answers the alerts of a common-cause incident. */
export type IncidentLink = Answer & { incidentId: string; deviceClass: string };
export type AnswerLink = AlertLink | IncidentLink;

/** `altered`: not what was signed with this key, or cut off by a mail program. */
export type LinkCheck = { state: 'good' | 'expired'; link: AnswerLink } | { state: 'altered' };

/** Bytes of a key, at least: as many as the hash is long. */
export const linkKeyBytesMin = 32;
const tokenCharsMax = 4000;
/** First of the claims: what the next two are. */
const [ofAlert, ofIncident] = [1, 2];

/** A token for a URL: letters, digits, `-`, `_` and one dot. The same link gives the same token. */
export function signLink(link: AnswerLink, key: string): string {
  const about = 'alertId' in link ? [ofAlert, link.alertId, link.deviceId] : [ofIncident, link.incidentId, link.deviceClass];
  const claims = Buffer.from(JSON.stringify([...about, link.verdict, link.who, link.expiresMs])).toString('base64url');
  return `${claims}.${signatureOf(claims, key).toString('base64url')}`;
}

/** Never throws; looks into a token only after its signature was right. */
export function checkLink(token: string, key: string, nowMs: number): LinkCheck {
  const [claims = '', signature = '', ...more] = token.length > tokenCharsMax ? [] : token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(claims, key);
  // Base64 has several spellings of some bytes; only ours is good, so that no other text is the same link.
  const isRight = given.length === right.length && timingSafeEqual(given, right) && signature === right.toString('base64url');
  if (!isRight || more.length > 0) return { state: 'altered' };
  const link = linkOf(Buffer.from(claims, 'base64url').toString('utf8'));
  if (link === null) return { state: 'altered' };
  return { state: nowMs < link.expiresMs ? 'good' : 'expired', link };
}

function signatureOf(claims: string, key: string): Buffer {
  return createHmac('sha256', key).update(`tocsin answer link ${claims}`).digest();
}

function linkOf(text: string): AnswerLink | null {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) return null;
  const [about, id, place, verdict, who, expiresMs] = parsed as unknown[];
  const known = verdicts.find((each) => each === (verdict as Verdict));
  if (typeof id !== 'string' || typeof place !== 'string' || known === undefined) return null;
  if (typeof who !== 'string' || typeof expiresMs !== 'number') return null;
  const answer = { verdict: known, who, expiresMs };
  if (about === ofAlert) return { alertId: id, deviceId: place, ...answer };
  return about === ofIncident ? { incidentId: id, deviceClass: place, ...answer } : null;
}
