// What people are told of a console that shows less than there is, and when traffic may come.
import { expect, test } from 'vitest';
import type { ReaderStatus } from '@tocsin/transport';
import { reasonsNotReady, standingText } from './standing.ts';

function following(share: number, status: Partial<ReaderStatus> = {}) {
  const usual = { joined: true, assigned: [], rebalances: 0, resets: 0, stalledMs: 0, fatal: null };
  return {
    status: () => ({ ...usual, ...status }),
    readShare: () => share,
    hasReadPast: () => share === 1,
    unreadable: () => 0,
    stop: async () => undefined,
  };
}

test.each([
  ['it waits for the log', null, /^This console does not read yet \(the log has not answered\)/, 2],
  ['it has just started', following(0.43), /still reads what was written before \(40 %\)/, 1],
  ['all is read', following(1), null, 0],
  ['the log is away', following(1, { joined: false }), /^The log does not answer/, 2],
  ['records wait and are not handed over', following(1, { stalledMs: 61_000 }), /^Records are waiting/, 0],
  ['it has ended', following(1, { fatal: new Error('no topic') }), /stopped reading \(no topic\)/, 0],
])('%s', (_, state, text, reasons) => {
  const waiting = ['the log has not answered'];
  const said = standingText(state, waiting);
  if (text === null) expect(said).toBeNull();
  else expect(said).toMatch(text);
  expect(reasonsNotReady(state, waiting)).toHaveLength(reasons);
});
