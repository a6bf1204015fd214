// Is somebody there where notices go? Opens a connection and closes it: nothing is sent that could be taken for a notice.
import { connect } from 'node:net';
import type { Config, SinkConfig } from '@tocsin/config';
import { explainError } from '../explain-error.ts';
import { fail, ok, type Finding } from './finding.ts';
import { within } from './run-checks.ts';

const connectMaxMs = 3000;

/** One finding for each sink. */
export function checkSinks({ notifier }: Config): Promise<Finding[]> {
  return Promise.all(Object.entries(notifier.sinks).map(([name, sink]) => checkSink(name, sink)));
}

/** Names host and port only: the rest of an address may be a credential, as in those of chats. */
async function checkSink(name: string, { kind, url }: SinkConfig): Promise<Finding> {
  const { hostname, port, protocol } = new URL(url);
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port) };
  const where = `${kind} at ${hostname}:${place.port}`;
  const socket = connect(place);
  try {
    await within(
      connectMaxMs,
      () => new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject)),
    );
    return ok(`sink ${name}`, `${where} takes connections`);
  } catch (error) {
    const advice = `check notifier.sinks.${name}.url, the network and who listens there; notices wait for notifier.sinks.${name}.giveUpMs`;
    return fail(`sink ${name}`, `${where}: ${explainError(error)}`, advice);
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
