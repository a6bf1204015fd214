// What came too late for its windows, on the embedded twins: always counted, and sent on where a topic is named for it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { lateTopic, openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

//   record   0 .. 9   11 .. 24 [10] 25 ..     10 is a second and a half behind; its windows, 9 and 10, have closed as gappy
const plain = telemetry(1, 40);
const log = [...plain.slice(0, 10), ...plain.slice(11, 25), { ...plain[10], headers: { trace: 'abc' } }, ...plain.slice(25)];
const lateSamples = pump.window.hop;

async function run(cuts: readonly number[], late?: string): Promise<void> {
  for (const [i, from] of [0, ...cuts].entries()) {
    const scorer = room.scorer(late === undefined ? {} : { late });
    await scorer.start();
    await room.send(log.slice(from, cuts[i] ?? log.length));
    await room.drained(scorer);
    await scorer.stop();
  }
  expect(judge(expectedWindows(log), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
}

test.each([[[]], [[24]], [[25]], [[26, 28]]])(
  'its record is sent on as it came, once, with why (new readers at %j)',
  async (cuts) => {
    await run(cuts, lateTopic);
    const [record, ...more] = await room.late();
    expect(more).toEqual([]);
    expect(Buffer.compare(record.value!, log[24].value!)).toBe(0);
    expect(Buffer.from(record.key!).toString()).toBe('pump-0');
    const headers = Object.fromEntries(
      Object.entries(record.headers).map(([name, value]) => [name, Buffer.from(value).toString()]),
    );
    expect(headers).toEqual({
      trace: 'abc',
      'tocsin-late-samples': String(lateSamples),
      'tocsin-position': expect.stringMatching(/^telemetry:\d:24$/) as string,
      'tocsin-timestamp-ms': expect.stringMatching(/^\d{13}$/) as string,
    });
  },
);

test('without a topic it is counted, and nothing more', async () => {
  await run([]);
  expect(await room.late()).toEqual([]);
  expect(await room.metrics()).toContain(`tocsin_samples_late_total{class="pump"} ${lateSamples}`);
});
