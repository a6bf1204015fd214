// What a one-click link lets through, and what it does not.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkLink, signLink, type AlertLink, type IncidentLink } from './answer-link.ts';

const key = 'a key that nobody else has, 32 bytes';
const link: AlertLink = { alertId: 'a1', deviceId: 'pump <7>', verdict: 'false-alarm', who: 'Zoë', expiresMs: 1000 };

test('comes back as it was signed, until it expires', () => {
  const token = signLink(link, key);
  expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(checkLink(token, key, 999)).toEqual({ state: 'good', link });
  expect(checkLink(token, key, 1000)).toEqual({ state: 'expired', link });
});

test('a link for an incident is none for an alert, whatever they are called', () => {
  const { alertId: incidentId, deviceId: deviceClass, ...answer } = link;
  const incident: IncidentLink = { incidentId, deviceClass, ...answer };
  expect(checkLink(signLink(incident, key), key, 0)).toEqual({ state: 'good', link: incident });
  expect(signLink(incident, key)).not.toBe(signLink(link, key));
});

test('links from before there were any for incidents are what they were', () => {
  const before = 'WzEsImExIiwicHVtcCA8Nz4iLCJmYWxzZS1hbGFybSIsIlpvw6siLDEwMDBd.QXUZdbE2J4LjKy5NRrSBQX2DxMNL8A51oCYjOKkvNvY';
  expect(checkLink(before, key, 0)).toEqual({ state: 'good', link });
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
