// What a page shows: asked for once, again when there is news of it, and kept while it is asked for again.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { NewsType } from '../../src/api/words.ts';
import { ask } from './ask-api.ts';
import { onNews } from './live-news.ts';

export type Loaded<T> = { data: T | null; error: string | null; reload: () => void };

/** News that comes in a stream is answered at most so often, milliseconds. */
const leastMs = 500;

/** `path` null asks nothing. News of `types`, and being told to look again, asks again. */
export function useLoad<T>(path: string | null, types: readonly NewsType[]): Loaded<T> {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: string | null }>({
    path,
    data: null,
    error: null,
  });
  const asked = useRef<AbortController | null>(null);

  const load = useCallback(() => {
    asked.current?.abort();
    if (path === null) return;
    const controller = new AbortController();
    asked.current = controller;
    ask<T>(path, controller.signal).then(
      (data) => !controller.signal.aborted && setState({ path, data, error: null }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        setState((before) => ({ path, data: before.path === path ? before.data : null, error: message }));
      },
    );
  }, [path]);

  useEffect(() => {
    load();
    return () => asked.current?.abort();
  }, [load]);
  useReloadOnNews(load, types);
  return { data: state.path === path ? state.data : null, error: state.error, reload: load };
}

/** Calls `load` at news, at once where the last time is long enough ago, else when it is. */
export function useReloadOnNews(load: () => void, types: readonly NewsType[]): void {
  const key = types.join(' ');
  useEffect(() => {
    let lastMs = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const due = () => {
      timer = undefined;
      if (document.visibilityState === 'hidden') return;
      lastMs = Date.now();
      load();
    };
    const stop = onNews((type) => {
      if (type !== 'reset' && !key.split(' ').includes(type)) return;
      timer ??= setTimeout(due, Math.max(0, lastMs + leastMs - Date.now()));
    });
    const seen = () => document.visibilityState === 'visible' && due();
    document.addEventListener('visibilitychange', seen);
    return () => {
      stop();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [load, key]);
}
