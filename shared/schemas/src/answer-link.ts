// The part of a one-click link that says what is answered, by whom and until when, and that nobody else can make: signed with
// HMAC-SHA256. Whoever holds the link may give this one answer; it says nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { verdicts, type Verdict } from './alert.ts';

export type AnswerLink = {
  alertId: string;
  deviceId: string;
  verdict: (typeof verdicts)[number];
  /** Who gives the answer: the recipient of the notification. */
  who: string;
  /** Epoch milliseconds; not good afterwards. */
  expiresMs: number;
};

/** `altered`: not what was signed with this key, or cut off by a mail program. */
export type LinkCheck = { state: 'good' | 'expired'; link: AnswerLink } | { state: 'altered' };

/** Bytes of a key, at least: as many as the hash is long. */
export const linkKeyBytesMin = 32;
const tokenCharsMax = 4000;

/** A token for a URL: letters, digits, `-`, `_` and one dot. The same link gives the same token. */
export function signLink({ alertId, deviceId, verdict, who, expiresMs }: AnswerLink, key: string): string {
  const claims = Buffer.from(JSON.stringify([1, alertId, deviceId, verdict, who, expiresMs])).toString('base64url');
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
  if (!Array.isArray(parsed) || parsed[0] !== 1) return null;
  const [, alertId, deviceId, verdict, who, expiresMs] = parsed as unknown[];
  const known = verdicts.find((each) => each === (verdict as Verdict));
  if (typeof alertId !== 'string' || typeof deviceId !== 'string' || known === undefined) return null;
  return typeof who === 'string' && typeof expiresMs === 'number' ? { alertId, deviceId, verdict: known, who, expiresMs } : null;
}
