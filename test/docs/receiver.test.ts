// docs/notifications.md: the receiver on the page takes what a sink of ours sends, once, and nothing else; and goes on whatever is sent to it.
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readSinkSecret } from '@tocsin/config';
import { signWebhook } from '../../services/notifier/src/sinks/sign-webhook.ts';
import { blockOf, openPageRoom, type PageRoom, type Running } from './page-room.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let room: PageRoom;
let receiver: Running;
let port: number;

beforeAll(async () => {
  room = openPageRoom();
  // As openssl writes it, with a line feed at the end.
  room.write('keys/shift.secret', 'ZGFzIGlzdCBudXIgZWluIEdlaGVpbW5pcyBmdWVyIFRlc3Rz\n');
  room.write('receiver.mjs', blockOf('notifications.md', 'js'));
  port = await freePort();
  receiver = room.run(process.execPath, ['receiver.mjs'], { PORT: String(port) });
  // Until it listens.
  await vi.waitFor(() => statusOf({}), { timeout: 50_000, interval: 100 });
});
afterAll(() => room.close());

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    }),
  );
}

const body = '{"state":"opened","message":"pump-17, drive-end: überall"}';
const statusOf = async (headers: Record<string, string>, text = body) =>
  (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body: text })).status;

/** As our sinks sign. */
function signed(id: string, atMs = Date.now(), text = body): Record<string, string> {
  const secret = readSinkSecret('shift', { secret: null, secretFile: `${room.folder}/keys/shift.secret` })!;
  return signWebhook(id, atMs, text, secret);
}

test('what is ours is taken, and handled once however often it comes', async () => {
  expect(await statusOf(signed('a-1'))).toBe(204);
  expect(await statusOf(signed('a-1'))).toBe(204);
  expect(await statusOf(signed('a-2'))).toBe(204);
  expect(receiver.out()).toBe('opened pump-17, drive-end: überall\n'.repeat(2));
});

test.each([
  ['no headers', () => ({})],
  ['no signature', () => without('webhook-signature')],
  ['no time', () => without('webhook-timestamp')],
  ['no id', () => without('webhook-id')],
  ['another id', () => ({ ...signed('b-1'), 'webhook-id': 'b-2' })],
  ['another body', () => signed('b-1', Date.now(), `${body} `)],
  ['another secret', () => signWebhook('b-1', Date.now(), body, 'x'.repeat(44))],
  ['a signature of another length', () => ({ ...signed('b-1'), 'webhook-signature': 'v1,abc' })],
  ['an old one', () => signed('b-1', Date.now() - 400_000)],
  ['one of the future', () => signed('b-1', Date.now() + 400_000)],
])('%s: refused', async (_, headers) => {
  const before = receiver.out();
  expect(await statusOf(headers())).toBe(401);
  expect(receiver.out()).toBe(before);
});

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(signed('b-1')).filter(([each]) => each !== name));
}

test('what cannot be handled comes again; who hangs up, or sends without end, ends nothing', async () => {
  expect(await statusOf(signed('c-1', Date.now(), 'no JSON'), 'no JSON')).toBe(500);
  await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy());
    }).once('close', resolve);
  });
  await statusOf(signed('c-2'), 'x'.repeat(3_000_000)).catch(() => undefined);
  expect(await statusOf(signed('c-3'))).toBe(204);
  expect(receiver.hasEnded()).toBe(false);
});
