// What alerts of earlier releases are read as, and what earlier releases read.
import { expect, test } from 'vitest';
import { decodeAlert, encodeAlert } from './alert.ts';

test('how often an alert came and went travels; one from before that was counted is read as opened once', () => {
  const old = 'wwEQzbfuVzsC3AJhBAICcAhwdW1wAAAAAAAAAPA/AAAAAAAACEAAAAAAAAAAQAAAAAAAAPA/AAAAAAAA0D8EAAYIAm0AAghjb2xk';
  const alert = decodeAlert(Buffer.from(old, 'base64'));
  expect(alert).toMatchObject({ alertId: 'a', confidence: 'cold', state: 'updated', message: 'm' });
  expect(alert).not.toHaveProperty('openings');
  expect(alert).not.toHaveProperty('swings');
  expect(decodeAlert(encodeAlert(alert))).toEqual(alert);
  const flapping = { ...alert, openings: 3, swings: 2 };
  expect(decodeAlert(encodeAlert(flapping))).toEqual(flapping);
});

test('how many peers had an alert travels; an alert that does not say is written as before anybody counted', () => {
  const old = 'wwEFynvw+G58sQJhAgACcAhwdW1wAAAAAAAAAAAAAAAAAAAA8D8AAAAAAAAIQAAAAAAAAABAAAAAAAAA0D8EAAYIAm0AAghjb2xkBgA=';
  const alert = decodeAlert(Buffer.from(old, 'base64'));
  expect(alert).toMatchObject({ alertId: 'a', openings: 3, confidence: 'cold' });
  expect(alert).not.toHaveProperty('peers');
  expect(Buffer.from(encodeAlert(alert)).toString('base64')).toBe(old);
  const told = { ...alert, peers: { shifted: 3, of: 41 } };
  expect(decodeAlert(encodeAlert(told))).toEqual(told);
});
