// Webhooks to a receiver that fails, is slow, never answers, hangs up and is restarted; and what the receiver can check.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkLink, encodeAlert } from '@tocsin/schemas';
import type { Transport } from '@tocsin/transport';
import { openReceiver, type Receiver } from './receiver.fixture.ts';
import { alertOf, openSinkRoom, secret, until, type SinkRoom } from './sink-room.fixture.ts';
import type { Sink } from './sink.ts';
import { createWebhook } from './webhook.ts';

const linkKey = 'k'.repeat(32);
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
let room: SinkRoom;
let receiver: Receiver;
beforeEach(async () => {
  room = await openSinkRoom();
  receiver = await openReceiver();
});
afterEach(async () => {
  await room.close();
  await receiver.close();
});

const hook = (url = receiver.url, name = 'ops', timeoutMs = 10_000): Sink =>
  createWebhook({
    name,
    url: `${url}/hook`,
    secret,
    headers: { authorization: 'Bearer abc' },
    recipient: 'Ada',
    links: { url: 'https://tocsin.example', key: linkKey, validForMs: 1000 },
    timeoutMs,
    now: Date.now,
  });
const keysOf = (of: readonly { headers: Record<string, string> }[]) => of.map(({ headers }) => headers['webhook-id']);

test('a notice arrives with a signature that five lines check, and with links that answer', async () => {
  await room.run(hook());
  await room.say({ ...alertOf('pump-1'), openings: 3 });
  await until(() => receiver.taken().length === 1, 'it arrives');
  const [{ headers, body, path }] = receiver.received;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const right = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(signed)
    .digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${right}`);
  expect(headers).toMatchObject({ 'idempotency-key': 'alert-of-pump-1-1', authorization: 'Bearer abc' });
  const said = JSON.parse(body) as { links: { page: string; answers: Record<string, string> } };
  expect(said).toMatchObject({ version: 1, about: 'alert', deviceId: 'pump-1', state: 'opened', kind: 'model' });
  expect(said).toMatchObject({ openings: 3, swings: 0 });
  expect([path, said.links.page]).toEqual(['/hook', 'https://tocsin.example/#/device?id=pump-1']);
  const token = new URL(said.links.answers['false-alarm']).searchParams.get('t')!;
  expect(checkLink(token, linkKey, 0)).toMatchObject({
    link: { alertId: 'alert-of-pump-1', verdict: 'false-alarm', who: 'Ada' },
  });
});

test('failures are tried again, in order and with the same id and body, until they succeed', async () => {
  receiver.behave(500, 'hang up', 429, 401, 200);
  await room.run(hook());
  await room.say(
    alertOf('pump-1'),
    alertOf('pump-1', { revision: 2, state: 'updated' }),
    alertOf('pump-1', { revision: 3, state: 'closed' }),
  );
  await until(() => receiver.taken().length === 3, 'all arrive');
  expect(keysOf(receiver.taken())).toEqual(['alert-of-pump-1-1', 'alert-of-pump-1-2', 'alert-of-pump-1-3']);
  const first = receiver.received.filter(({ headers }) => headers['webhook-id'] === 'alert-of-pump-1-1');
  expect(first).toHaveLength(5);
  expect(new Set(first.map(({ body }) => body)).size).toBe(1);
  expect(await room.metrics()).toMatch(/tocsin_delivery_failures_total\{sink="ops",reason="status"\} 3/);
});

test('one that never answers keeps nobody else waiting, and gets what it missed once it does', async () => {
  const deaf = await openReceiver();
  deaf.behave('wait');
  const [stuck] = [await room.run(hook(deaf.url, 'other', 200)), await room.run(hook())];
  await room.say(alertOf('pump-1'), alertOf('pump-2'));
  await until(() => receiver.taken().length === 2, 'the others hear it');
  expect(deaf.taken()).toEqual([]);
  await until(() => deaf.received.length >= 3, 'it is tried again');
  expect(stuck.waitingMs()).toBeGreaterThan(0);
  deaf.behave(200);
  await until(() => new Set(keysOf(deaf.taken())).size === 2, 'it hears both');
  expect(await room.metrics()).toMatch(/tocsin_delivery_failures_total\{sink="other",reason="timeout"\} [1-9]/);
  await deaf.close();
});

test('one that is slow is waited for, and hears each notice once', async () => {
  receiver.behave('wait');
  const slow = await room.run(hook());
  await room.say(alertOf('pump-1'), alertOf('pump-1', { revision: 2 }));
  for (const count of [1, 2]) {
    await until(() => receiver.received.length === count, 'it is under way');
    receiver.answerAll();
  }
  await until(() => slow.status().assigned.every(({ next, endOffset }) => next === endOffset), 'nothing is left');
  expect(keysOf(receiver.received)).toEqual(['alert-of-pump-1-1', 'alert-of-pump-1-2']);
});

test('a receiver that is restarted hears what was said meanwhile', async () => {
  await room.run(hook());
  const port = Number(new URL(receiver.url).port);
  await receiver.close();
  await room.say(alertOf('pump-1'));
  await until(async () => /reason="unreachable"\} [1-9]/.test(await room.metrics()), 'nobody is there');
  receiver = await openReceiver(port);
  await until(() => receiver.taken().length === 1, 'it arrives');
  expect(keysOf(receiver.received)).toEqual(['alert-of-pump-1-1']);
});

test('what is refused and what has become too old lies in a topic of its own, and the next notice goes out', async () => {
  receiver.behave(422, 503, 200);
  await room.run(hook(), { giveUpMs: -1 });
  await room.say(alertOf('pump-1'), alertOf('pump-1', { revision: 2 }), alertOf('pump-1', { revision: 3 }));
  await until(() => receiver.taken().length === 1, 'the third arrives');
  expect(keysOf(receiver.taken())).toEqual(['alert-of-pump-1-3']);
  const kept = (await room.undelivered()).map(({ headers }) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString()])),
  );
  expect(kept).toMatchObject([
    { sink: 'ops', outcome: 'refused', notice: 'alert-of-pump-1-1', why: 'status 422: no, not like this' },
    { sink: 'ops', outcome: 'expired', notice: 'alert-of-pump-1-2', attempts: '1' },
  ]);
  const text = await room.metrics();
  for (const outcome of ['delivered', 'refused', 'expired'])
    expect(text).toContain(`tocsin_deliveries_total{sink="ops",outcome="${outcome}"} 1`);
});

test('what is sent again goes to the sink that it names, and to no other', async () => {
  await room.run(hook());
  const again = (sink: string, deviceId: string) => ({
    topic: 'tocsin.notices',
    key: deviceId,
    value: encodeAlert(alertOf(deviceId)),
    headers: { sink },
    partition: 0,
  });
  await room.transport.writer().send([again('other', 'pump-1'), again('ops', 'pump-2')]);
  await until(() => receiver.taken().length === 1, 'its own arrives');
  expect(keysOf(receiver.received)).toEqual(['alert-of-pump-2-1']);
});

/** A process that dies after so many deliveries, before it can say so. */
function dyingBeforeCommit(real: Transport): Transport {
  return {
    ...real,
    reader(options) {
      const reader = real.reader(options);
      return {
        ...reader,
        run: (handler) => reader.run((batch) => handler({ ...batch, commit: () => new Promise(() => undefined) })),
      };
    },
  };
}

test('a kill between delivery and commit repeats the same notice, and loses none', async () => {
  const dying = await room.run(hook(), { transport: dyingBeforeCommit(room.transport) });
  await room.say(alertOf('pump-1'), alertOf('pump-1', { revision: 2 }));
  await until(() => receiver.taken().length === 1, 'the first arrives, and nobody hears of it');
  await dying.stop();
  await room.run(hook());
  await until(() => receiver.taken().length === 3, 'the rest arrives');
  expect(keysOf(receiver.taken())).toEqual(['alert-of-pump-1-1', 'alert-of-pump-1-1', 'alert-of-pump-1-2']);
  expect(receiver.taken()[1].body).toBe(receiver.taken()[0].body);
});
