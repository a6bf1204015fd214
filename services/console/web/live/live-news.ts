// One connection for news, shared by the whole page. Comes back by itself, also after a night in a drawer; a page that nobody looks at
// lets go of it: browsers have six connections to a place for all of its pages together.
import { useEffect, useState } from 'preact/hooks';
import { newsTypes, type NewsType } from '../../src/api/words.ts';

export type Connection = 'connecting' | 'live' | 'lost';
export type News = Record<string, unknown>;
type Listener = (type: NewsType, data: News) => void;

/** The server beats every ten seconds. */
const silentMs = 25_000;
/** So long a hidden page listens on. */
const hiddenMs = 15_000;

const listeners = new Set<Listener>();
const watchers = new Set<(connection: Connection) => void>();
let connection: Connection = 'connecting';
let source: EventSource | null = null;
let deviceId: string | null = null;
let lastEventId = '';
let heardMs = 0;
let hiddenTimer: ReturnType<typeof setTimeout> | undefined;

function become(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const watcher of watchers) watcher(next);
}

function hear(type: NewsType, { data, lastEventId: id }: MessageEvent<string>): void {
  heardMs = Date.now();
  if (id !== '') lastEventId = id;
  become('live');
  const news = JSON.parse(data) as News;
  for (const listener of listeners) listener(type, news);
}

/** Goes on after what was heard last; where that is too long ago the server says so. */
function open(): void {
  source?.close();
  heardMs = Date.now();
  const query = new URLSearchParams();
  if (deviceId !== null) query.set('device', deviceId);
  if (lastEventId !== '') query.set('after', lastEventId);
  const next = new EventSource(`api/events?${query.toString()}`);
  source = next;
  for (const type of newsTypes)
    next.addEventListener(type, (event: MessageEvent<string>) => next === source && hear(type, event));
  next.addEventListener('error', () => next === source && become('lost'));
}

function close(): void {
  source?.close();
  source = null;
}

/** Starts listening; once. */
export function startNews(): void {
  const wake = () => {
    if (document.visibilityState === 'hidden') return;
    if (source !== null && source.readyState !== EventSource.CLOSED && Date.now() - heardMs <= silentMs) return;
    const wasSilent = source !== null;
    if (wasSilent) become('lost');
    open();
    // What was told to this page alone meanwhile is lost.
    if (wasSilent) for (const listener of listeners) listener('reset', {});
  };
  const turn = () => {
    clearTimeout(hiddenTimer);
    if (document.visibilityState === 'hidden') hiddenTimer = setTimeout(close, hiddenMs);
    else wake();
  };
  wake();
  setInterval(wake, 5000);
  document.addEventListener('visibilitychange', turn);
  addEventListener('online', wake);
}

/** Which device's windows to hear of, too. */
export function watchDevice(next: string | null): void {
  if (next === deviceId) return;
  deviceId = next;
  if (source !== null) open();
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

/** What the console says of itself; null where it has nothing to say. */
export function useStanding(): string | null {
  const [standing, setStanding] = useState<string | null>(null);
  useEffect(
    () =>
      onNews((_, { standing: said }) => {
        if (said === null || typeof said === 'string') setStanding(said);
      }),
    [],
  );
  return standing;
}
