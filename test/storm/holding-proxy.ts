// Stands between one scorer and its Redis, and holds back what the scorer says for as long as it is told: the store seems slow,
// and a handler takes longer than its session.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type HoldingProxy = {
  url: string;
  hold(): void;
  release(): void;
  close(): void;
};

export async function startHoldingProxy(targetUrl: string): Promise<HoldingProxy> {
  const target = new URL(targetUrl);
  const clients = new Set<Socket>();
  let isHolding = false;
  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    clients.add(client);
    client.on('data', (chunk: Buffer) => upstream.write(chunk));
    upstream.on('data', (chunk: Buffer) => client.write(chunk));
    if (isHolding) client.pause();
    const end = (): void => {
      clients.delete(client);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    hold() {
      isHolding = true;
      for (const client of clients) client.pause();
    },
    release() {
      isHolding = false;
      for (const client of clients) client.resume();
    },
    close() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}
