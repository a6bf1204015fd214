// What a one-click link lets through, and what it does not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkLink, signLink, type AnswerLink } from './answer-link.ts';

const key = 'a key that nobody else has, 32 bytes';
const link: AnswerLink = { alertId: 'a1', deviceId: 'pump <7>', verdict: 'false-alarm', who: 'Zoë', expiresMs: 1000 };

test('comes back as it was signed, until it expires', () => {
  const token = signLink(link, key);
  expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(checkLink(token, key, 999)).toEqual({ state: 'good', link });
  expect(checkLink(token, key, 1000)).toEqual({ state: 'expired', link });
});

test('signed twice it is the same: a notification that is repeated is repeated letter by letter', () => {
  expect(signLink(link, key)).toBe(signLink({ ...link }, key));
});

test('another key, another half, a cut or a changed character: altered', () => {
  const token = signLink(link, key);
  const [claims, signature] = token.split('.');
  const [, otherSignature] = signLink({ ...link, verdict: 'real' }, key).split('.');
  const wrong = [
    signLink(link, `${key}!`),
    `${claims}.${otherSignature}`,
    claims,
    `${claims}.`,
    `.${signature}`,
    '',
    '.',
    `${token}.x`,
  ];
  for (const each of [...wrong, token.slice(0, -1), `${token}=`, `x${token}`, 'x'.repeat(1e6)])
    expect(checkLink(each, key, 0)).toEqual({ state: 'altered' });
});

test('no single change of a token is good, and nothing throws', () => {
  const token = signLink(link, key);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, text) => {
      const changed = token.slice(0, at) + text + token.slice(at + 1);
      if (changed !== token) expect(checkLink(changed, key, 0).state).toBe('altered');
    }),
  );
});
