// Edges that fail at every point of a batch, in turn: whatever breaks, the windows that come out are those of the log.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateError, type StateStore } from '@tocsin/state';
import { TransportError, type Transport } from '@tocsin/transport';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

type Fault = 'before' | 'after';

/** Fails calls number `at`, before the work is done or after it is (a lost answer). */
function failing<A extends unknown[], R>(
  call: (...args: A) => Promise<R>,
  at: readonly number[],
  fault: Fault,
  error: () => Error,
) {
  let calls = 0;
  return async (...args: A): Promise<R> => {
    const fails = at.includes(++calls);
    if (fails && fault === 'before') throw error();
    const result = await call(...args);
    if (fails) throw error();
    return result;
  };
}

const broken = () => new Error('the program broke here');
const away = () => new StateError('unreachable', 'the store is away for a moment');
const brokerAway = () => new TransportError('unreachable', 'the broker is away for a moment');

const withWriter =
  (at: number[], fault: Fault, error: () => Error) =>
  (real: Transport): Transport => ({
    ...real,
    writer() {
      const writer = real.writer();
      return { ...writer, send: failing((records) => writer.send(records), at, fault, error) };
    },
  });
const withStore =
  (name: 'getMany' | 'putIfNewer', at: number[], fault: Fault, error: () => Error) =>
  (real: StateStore): StateStore =>
    name === 'getMany'
      ? { ...real, getMany: failing((keys) => real.getMany(keys), at, fault, error) }
      : { ...real, putIfNewer: failing((entries) => real.putIfNewer(entries), at, fault, error) };

const seams: [string, Parameters<ScorerRoom['scorer']>[0]][] = [
  ['a send that breaks the handler', { transport: withWriter([2], 'before', broken) }],
  ['a send whose acknowledgement is lost and breaks the handler', { transport: withWriter([2], 'after', broken) }],
  ['a send that finds the broker away three times', { transport: withWriter([2, 3, 4], 'before', brokerAway) }],
  ['a send whose acknowledgement is lost', { transport: withWriter([2], 'after', brokerAway) }],
  ['a load that finds the store away', { state: withStore('getMany', [3, 4], 'before', away) }],
  ['a load that breaks the handler', { state: withStore('getMany', [3], 'before', broken) }],
  ['a store that is away', { state: withStore('putIfNewer', [2, 3], 'before', away) }],
  ['a store that stored, and whose answer is lost', { state: withStore('putIfNewer', [2], 'after', away) }],
  ['a store that stored and then broke the handler', { state: withStore('putIfNewer', [2], 'after', broken) }],
];

test.each(seams)('%s: nothing lost, nothing wrong, nothing in conflict', async (_, seam) => {
  const records = telemetry(4, 40, { faultsOf: (i) => (i === 1 ? [{ kind: 'imbalance', startS: 2, severity: 0.8 }] : []) });
  const scorer = room.scorer(seam);
  await scorer.start();
  for (let from = 0; from < records.length; from += 40) {
    await room.send(records.slice(from, from + 40));
    await room.drained(scorer);
  }
  await scorer.stop();
  expect(judge(expectedWindows(records), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
  const opened = (await room.alerts()).filter(({ state }) => state === 'opened');
  expect(new Set(opened.map(({ alertId }) => alertId)).size).toBe(1);
});

test('a store that was wiped between two runs: what was emitted is not emitted again', async () => {
  const records = telemetry(2, 30);
  const first = room.scorer();
  await first.start();
  await room.send(records.slice(0, 31));
  await room.drained(first);
  await first.stop();
  await room.state.remove(['tocsin:{pump-0}:state', 'tocsin:{pump-1}:state']);
  const second = room.scorer();
  await second.start();
  await room.send(records.slice(31));
  await room.drained(second);
  await second.stop();
  expect(judge(expectedWindows(records), await room.windows())).toEqual({ lost: 0, wrong: 0, conflicting: 0, repeated: 0 });
});
