import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { onShutdown, type ShutdownStep } from '@tocsin/observability';

function createHost() {
  const exits: number[] = [];
  const host = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  return { host, exits };
}
const said: string[] = [];
const log = (level: string, message: string) => void said.push(`${level}: ${message}`);
const step = (name: string, run: () => Promise<void>): ShutdownStep => ({ name, run });

test('a signal runs the steps in order, once, and exits with 0', async () => {
  const { host, exits } = createHost();
  const order: string[] = [];
  const steps = ['reader', 'writer', 'store'].map((name) => step(name, async () => void order.push(name)));
  const shutdown = onShutdown({ steps, log, process: host });
  host.emit('SIGTERM');
  await Promise.all([shutdown('again'), shutdown('and again', 3)]);
  expect(order).toEqual(['reader', 'writer', 'store']);
  expect(exits).toEqual([0]);
});

test('a step that fails does not keep the next from running', async () => {
  const { host, exits } = createHost();
  const order: string[] = [];
  const failing = step('reader', () => Promise.reject(new Error('gone')));
  const shutdown = onShutdown({ steps: [failing, step('store', async () => void order.push('store'))], log, process: host });
  await shutdown('SIGTERM');
  expect([order, exits]).toEqual([['store'], [1]]);
});

test('a second signal ends at once with the code of the signal', () => {
  const { host, exits } = createHost();
  onShutdown({ steps: [step('never', () => new Promise(() => undefined))], log, process: host, timeoutMs: 20_000 });
  host.emit('SIGINT');
  expect(exits).toEqual([]);
  host.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test('steps that take too long are not waited for', async () => {
  const { host, exits } = createHost();
  onShutdown({ steps: [step('never', () => new Promise(() => undefined))], log, process: host, timeoutMs: 5 });
  host.emit('SIGTERM');
  await expect.poll(() => exits).toEqual([1]);
  expect(said).toContain('error: shutdown took too long');
});

test('who ends for another reason says how', async () => {
  const { host, exits } = createHost();
  await onShutdown({ steps: [], log, process: host })('the reader ended by itself', 1);
  expect(exits).toEqual([1]);
});
