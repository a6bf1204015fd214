// What receivers of webhooks read of peers: figures and the sentence; null where nobody counted.
import { expect, test } from 'vitest';
import { decodeAlert, encodeAlert } from '@tocsin/schemas';
import { alertWithPeers } from '@tocsin/decisions';
import { alertOf } from '../sinks/sink-room.fixture.ts';
import { noticeBody } from './notice-body.ts';
import { noticeOfAlert } from './notice.ts';

const bodyOf = (alert: ReturnType<typeof alertOf>) => noticeBody(noticeOfAlert(alert, 0), { page: null, answers: {} });

test('peers are told as figures and in the sentence, and the same after the log', () => {
  const alert = alertWithPeers(alertOf('pump-1'), { shifted: 3, of: 41 });
  expect(JSON.parse(bodyOf(alert))).toMatchObject({
    message: 'pump-1: x.rms 4.5x what is normal; 3 of 41 peers shifted too.',
    peers: { shifted: 3, of: 41 },
  });
  expect(bodyOf(decodeAlert(encodeAlert(alert)))).toBe(bodyOf(alert));
});

test('where nobody counted, they are null', () => {
  expect(JSON.parse(bodyOf(alertOf('pump-1')))).toMatchObject({ message: 'pump-1: x.rms 4.5x what is normal.', peers: null });
});
