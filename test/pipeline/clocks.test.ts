// Clocks that leap and clocks that are set back, on the embedded twins: whoever reads, and wherever a process dies meanwhile, the
// windows are those of the log without the readings that leapt.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeTelemetry, encodeTelemetry } from '@tocsin/schemas';
import type { OutgoingRecord, Transport } from '@tocsin/transport';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

const exact = { lost: 0, wrong: 0, conflicting: 0, repeated: 0 };

function shifted(record: OutgoingRecord, byMs: number): OutgoingRecord {
  const reading = decodeTelemetry(record.value!);
  return { ...record, value: encodeTelemetry({ ...reading, startMs: reading.startMs + byMs }) };
}

/** Each part is read by a scorer of its own. */
async function run(parts: readonly (readonly OutgoingRecord[])[], seams?: Parameters<ScorerRoom['scorer']>[0]): Promise<void> {
  for (const part of parts) {
    const scorer = room.scorer(seams);
    await scorer.start();
    await room.send(part);
    await room.drained(scorer);
    await scorer.stop();
  }
}
const partsOf = <T>(all: readonly T[], ...cuts: number[]) =>
  [0, ...cuts].map((from, i) => all.slice(from, cuts[i] ?? all.length));

//   offset   0 .. 19   20     21 22 23 ...
//            steady   LEAP    steady, at replay speed: two minutes of event time in no time
test.each([[[]], [[20]], [[21]], [[22]], [[28]], [[29]], [[30]], [[20, 21, 22, 29]]])(
  'a reading that leaps is refused, whoever reads on (new readers at %j)',
  async (cuts) => {
    const plain = telemetry(1, 40);
    await run(partsOf([...plain.slice(0, 20), shifted(plain[20], 120_000), ...plain.slice(20)], ...cuts));
    expect(judge(expectedWindows(plain), await room.windows())).toEqual(exact);
    const letters = await room.deadLetters();
    expect(new Set(letters.map(({ id, reason, stage }) => `${id.split(':')[2]} ${reason} ${stage}`))).toEqual(
      new Set(['20 clock_leap window']),
    );
    expect(letters[0].error).toMatch(/^startMs is 2026-01-01T00:02:.* where device 'pump-0' did not go on/);
    expect(await room.metrics()).toContain(`tocsin_records_rejected_total{reason="clock_leap"} ${letters.length}`);
  },
);

//   offset   0 .. 19   20 21 | 22 23 ...      the device was off for two minutes; a new reader comes before that is believed
test.each([[[]], [[20]], [[21]], [[22]], [[23]], [[20, 21, 22, 23]]])(
  'a gap of a recording is taken whole (new readers at %j)',
  async (cuts) => {
    const records = telemetry(1, 40).map((record, n) => (n < 20 ? record : shifted(record, 120_000)));
    await run(partsOf(records, ...cuts));
    expect(judge(expectedWindows(records), await room.windows())).toEqual(exact);
    expect(await room.deadLetters()).toEqual([]);
  },
);

/** Breaks the handler at one send of so many, before or after it reached the log. */
const dyingAt =
  (at: number, isSent: boolean) =>
  (real: Transport): Transport => ({
    ...real,
    writer() {
      const writer = real.writer();
      let calls = 0;
      return {
        ...writer,
        async send(records) {
          const dies = ++calls === at;
          if (dies && !isSent) throw new Error('the program broke here');
          await writer.send(records);
          if (dies) throw new Error('the program broke here');
        },
      };
    },
  });

//   send     1        2 .. 6      none    7        8 ...
//   offset   0 .. 14  15 .. 19    20      21       22 ...
//                                 LEAP    refused
//                                 GAP 21          believed, with the send of three
test.each([
  [6, true],
  [7, false],
  [7, true],
  [8, false],
])('a process that dies at send %i, after it: %s', async (at, isSent) => {
  const plain = telemetry(2, 40).filter((_, i) => i % 2 === 0);
  const beyond = telemetry(2, 40).filter((_, i) => i % 2 === 1);
  const leaping = [...plain.slice(0, 20), shifted(plain[20], 120_000), ...plain.slice(20)];
  const gapped = beyond.map((record, n) => (n < 20 ? record : shifted(record, 120_000)));
  for (const [records, expected, letters] of [
    [leaping, plain, 1],
    [gapped, [...plain, ...gapped], 1],
  ] as const) {
    const scorer = room.scorer({ transport: dyingAt(at, isSent) });
    await scorer.start();
    const oneByOne = Array.from({ length: 9 }, (_, i) => i + 15);
    for (const part of partsOf(records, ...oneByOne)) {
      await room.send(part);
      await room.drained(scorer);
    }
    await scorer.stop();
    expect(judge(expectedWindows(expected), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
    expect(new Set((await room.deadLetters()).map(({ id }) => id)).size).toBe(letters);
  }
});

//   pump-0   0 .. 29   then an hour back, 30 more;   pump-1 goes on beside it and holds the commit where it is
test('a clock that was set back is counted once and said; the neighbour does not notice', async () => {
  const plain = telemetry(2, 60);
  const isBack = (i: number) => i % 2 === 0 && i >= 60;
  const records = plain.map((record, i) => (isBack(i) ? shifted(record, -3_600_000) : record));
  await run(partsOf(records, 40, 90, 110));
  const windows = await room.windows();
  expect(judge(expectedWindows(plain.filter((_, i) => !isBack(i))), windows)).toEqual(exact);
  expect(await room.metrics()).toContain('tocsin_clock_set_backs_total{class="pump"} 1');
  expect(room.notes().filter(({ fields }) => fields['reason'] === 'set_back')).toMatchObject([
    { level: 'warn', fields: { deviceId: 'pump-0', behindSeconds: expect.closeTo(3600, -1) as number } },
  ]);
});
