// A receiver of notices for tests: a real HTTP server that can be told to fail, to be slow, or never to answer.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { path: string; headers: Record<string, string>; body: string };
/** What it does with a request; `wait` answers when `answerAll` is called, if ever. */
export type Manner = number | 'wait' | 'hang up';

export type Receiver = {
  url: string;
  /** Everything that came, also what was not answered. */
  received: Received[];
  /** What was answered with 200. */
  taken(): Received[];
  /** How the next requests are answered; the last stays. */
  behave(...manners: Manner[]): void;
  answerAll(): void;
  close(): Promise<void>;
};

/** `port` 0 takes a free one. */
export async function openReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const taken: Received[] = [];
  const waiting: { response: ServerResponse; request: Received }[] = [];
  let manners: Manner[] = [200];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const one = { path: request.url ?? '', headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      const manner = manners.length > 1 ? manners.shift()! : manners[0];
      if (manner === 'wait') return void waiting.push({ response, request: one });
      if (manner === 'hang up') return void request.socket.destroy();
      if (manner === 200) taken.push(one);
      response.writeHead(manner).end(manner === 200 ? 'thank you' : 'no, not like this');
    });
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    taken: () => taken,
    behave: (...next) => void (manners = next),
    answerAll() {
      for (const { response, request } of waiting.splice(0)) {
        taken.push(request);
        response.writeHead(200).end();
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
