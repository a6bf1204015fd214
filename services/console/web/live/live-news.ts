// One connection for news, shared by the whole page. Comes back by itself, also after a night in a drawer.
import { useEffect, useState } from 'preact/hooks';
import { newsTypes, type NewsType } from '../../src/api/words.ts';

export type Connection = 'connecting' | 'live' | 'lost';
type Listener = (type: NewsType, data: Record<string, unknown>) => void;

/** The server beats every ten seconds. */
const silentMs = 25_000;

const listeners = new Set<Listener>();
const watchers = new Set<(connection: Connection) => void>();
let connection: Connection = 'connecting';
let source: EventSource | null = null;
let deviceId: string | null = null;
let heardMs = 0;

function become(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const watcher of watchers) watcher(next);
}

function hear(type: NewsType, text: string): void {
  heardMs = Date.now();
  become('live');
  const data = JSON.parse(text) as Record<string, unknown>;
  for (const listener of listeners) listener(type, data);
}

function open(isNew: boolean): void {
  source?.close();
  heardMs = Date.now();
  const query = deviceId === null ? '' : `?device=${encodeURIComponent(deviceId)}`;
  const next = new EventSource(`api/events${query}`);
  source = next;
  for (const type of newsTypes)
    next.addEventListener(type, ({ data }: MessageEvent<string>) => next === source && hear(type, data));
  next.addEventListener('error', () => next === source && become('lost'));
  // A connection of its own knows nothing of what was missed.
  if (isNew) for (const listener of listeners) listener('reset', {});
}

/** Starts listening; once. */
export function startNews(): void {
  if (source !== null) return;
  open(false);
  const wake = () => {
    if (Date.now() - heardMs > silentMs || source?.readyState === EventSource.CLOSED) {
      become('lost');
      open(true);
    }
  };
  setInterval(wake, 5000);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
  addEventListener('online', wake);
}

/** Which device's windows to hear of, too. */
export function watchDevice(next: string | null): void {
  if (next === deviceId) return;
  deviceId = next;
  if (source !== null) open(false);
}

export function onNews(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  const [state, setState] = useState(connection);
  useEffect(() => {
    watchers.add(setState);
    setState(connection);
    return () => void watchers.delete(setState);
  }, []);
  return state;
}
