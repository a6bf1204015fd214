import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { batchIdOf, encodeAlert, encodeLabel, labelIdIn, type Alert, type Label } from '@tocsin/schemas';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

let room: LocalRoom;
beforeEach(() => {
  room = openLocalRoom();
});
afterEach(() => room.close());

test('what was added is listed, the newest last', async () => {
  const world = createTestWorld({ USER: 'ada' });
  const add = `labels add --config ${room.config} --device pump-3`;
  expect(await world.tocsin(`${add} --subject alert-7 --verdict false-alarm --note wrong`)).toBe(0);
  expect(await world.tocsin(`${add} --verdict maintenance --who Bob`)).toBe(0);
  const listing = createTestWorld();
  expect(await listing.tocsin(`labels list --config ${room.config} --json`)).toBe(0);
  const listed = listing
    .out()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(listed).toMatchObject([
    { deviceId: 'pump-3', subjectId: 'alert-7', verdict: 'false-alarm', who: 'ada', note: 'wrong' },
    { deviceId: 'pump-3', subjectId: 'pump-3', verdict: 'maintenance', who: 'Bob', note: '' },
  ]);
  const table = createTestWorld();
  await table.tocsin(`labels list --config ${room.config} --device pump-3 --limit 1`);
  expect(table.out()).toContain('maintenance');
  expect(table.out()).not.toContain('alert-7');
});

test('what was said is taken back: what stood before stands again, and else nobody is sure', async () => {
  const run = async (line: string) => {
    const world = createTestWorld({ USER: 'ada' });
    return { code: await world.tocsin(`labels ${line} --config ${room.config}`), out: world.out(), err: world.err() };
  };
  const say = async (verdict: string) => (await run(`add --device p --subject a --verdict ${verdict}`)).out.split(' ')[0];
  const [first, second] = [await say('real'), await say('false-alarm')];
  expect((await run(`undo ${second} --note slip`)).out).toMatch(/^\S+ {2}p a: taken back, now real\n$/);
  const newest = (await run('list --json')).out.trim().split('\n').at(-1)!;
  expect(JSON.parse(newest)).toMatchObject({ verdict: 'real', who: 'ada', note: `undo of ${second}: slip` });
  expect((await run(`undo ${first}`)).out).toContain('p a: taken back, now unsure');
  expect(await run(`undo ${first}`)).toMatchObject({ code: 2, err: expect.stringContaining('taken back already') as string });
  expect(await run('undo nothing')).toMatchObject({ code: 2, err: expect.stringContaining('no label nothing') as string });
  expect((await run('list')).out).toContain(second);
});

test('an answer for many alerts is taken back as a whole, of nobody else anything', async () => {
  const run = async (line: string) => {
    const world = createTestWorld({ USER: 'ada' });
    return { code: await world.tocsin(`labels ${line} --config ${room.config}`), out: world.out(), err: world.err() };
  };
  await run('add --device p-1 --subject a-1 --verdict real --who Bob');
  const batchId = batchIdOf('incident', 'storm');
  const labels = [1, 2, 3].map((i): Label => {
    const subject = { deviceId: `p-${i}`, subjectId: `a-${i}` };
    return { labelId: labelIdIn(batchId, `a-${i}`), ...subject, verdict: 'false-alarm', who: 'Eve', atMs: Date.now(), note: '' };
  });
  await room.withLog(async (log) => {
    const writer = log.writer();
    await writer.send(labels.map((label) => ({ topic: 'tocsin.labels', key: label.deviceId, value: encodeLabel(label) })));
    await writer.close();
  });
  const { out } = await run(`undo ${batchId}`);
  expect(
    out
      .replaceAll(/^\S+ +/gm, '')
      .split('\n')
      .toSorted()
      .join('; '),
  ).toBe('; p-1 a-1: taken back, now real; p-2 a-2: taken back, now unsure; p-3 a-3: taken back, now unsure');
  expect(await run(`undo ${batchId}`)).toMatchObject({ code: 2, err: expect.stringContaining('taken back already') as string });
});

describe('what a label is about', () => {
  const alert: Alert = {
    alertId: 'alert-4',
    revision: 1,
    state: 'opened',
    deviceId: 'pump-4',
    deviceClass: 'pump',
    severity: 'warning',
    startMs: 0,
    endMs: 1,
    score: 2,
    threshold: 1,
    pValue: 0.01,
    windows: 3,
    contributions: [],
    modelVersion: 1,
    supportWindows: 10,
    message: '',
  };
  const say = async (options: string, command = 'labels add') => {
    const world = createTestWorld({ USER: 'ada' });
    return { code: await world.tocsin(`${command} --config ${room.config} ${options}`), err: world.err() };
  };
  const labels = async () => (await room.topic('tocsin.labels'))?.partitions.reduce((sum, { endOffset }) => sum + endOffset, 0);
  beforeEach(() =>
    room.withLog(async (log) => {
      const topic = 'tocsin.alerts';
      await log.admin().ensureTopics([{ name: topic, partitions: 3 }]);
      const writer = log.writer();
      const alerts = [alert, { ...alert, alertId: 'alert-2', deviceId: 'pump-2' }];
      await writer.send(alerts.map((each) => ({ topic, key: each.deviceId, value: encodeAlert(each) })));
      await writer.close();
    }),
  );

  test("another device's alert is refused, and nothing is said", async () => {
    const { code, err } = await say('--device pump-2 --subject alert-4 --verdict real');
    expect(code).toBe(2);
    expect(err).toContain('--subject alert-4 is of --device pump-4, not of pump-2; expected --device pump-4, or an alert');
    expect(err).toContain('its newest alert is alert-2');
    expect(await room.topic('tocsin.labels')).toBe(null);
  });

  test('what nobody knows is said with a warning', async () => {
    const { code, err } = await say('--device pump-77 --subject nonsense --verdict real');
    expect(code).toBe(0);
    expect(err).toMatch(/^warning: device pump-77 is not known[^\n]*\nwarning: subject nonsense is not among the newest/);
    expect(await labels()).toBe(1);
    expect((await say('pump-77', 'devices rollback')).err).toContain('device pump-77 is not known');
  });

  test('what is known is said without a word, and so is a device by itself', async () => {
    expect(await say('--device pump-4 --subject alert-4 --verdict real')).toEqual({ code: 0, err: '' });
    expect(await say('--device pump-4 --verdict maintenance')).toEqual({ code: 0, err: '' });
    expect((await say('--device pump-4 --subject alert-3 --verdict real')).err).toMatch(
      /^warning: subject alert-3 .* alert-4\n$/,
    );
  });
});

test('nothing said yet', async () => {
  await room.withLog(async () => undefined);
  const world = createTestWorld();
  expect(await world.tocsin(`labels list --config ${room.config}`)).toBe(0);
  expect(world.out()).toBe('no labels\n');
  expect(await room.topic('tocsin.labels')).toBe(null);
});

test.each([
  ['no subject', '--device p --verdict real', '--subject is missing'],
  ['a verdict that there is not', '--device p --subject a --verdict maybe', 'real, false-alarm, maintenance, unsure'],
  ['no device', '--subject a --verdict real', '--device'],
])('%s is wrong usage', async (_, options, told) => {
  const world = createTestWorld();
  expect(await world.tocsin(`labels add --config ${room.config} ${options}`)).toBe(2);
  expect(world.err()).toContain(told);
});
