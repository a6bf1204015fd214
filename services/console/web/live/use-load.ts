// What a page shows: asked for once, again when there is news of it, and kept while it is asked for again.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { NewsType } from '../../src/api/words.ts';
import { ApiError, ask } from './ask-api.ts';
import { onNews, type News } from './live-news.ts';

/** `isMissing`: there is no such thing, and it may still come. */
export type Loaded<T> = { data: T | null; error: string | null; isMissing: boolean; reload: () => void };

/** News that comes in a stream is answered at most so often, milliseconds; that there are windows comes all the time, and can wait. */
const leastMs = 500;
const leastWindowsMs = 2000;

/** Where asking has failed, it is asked again with these. */
export const signsOfLife = ['hello', 'beat'] as const;

type State<T> = { path: string | null; data: T | null; error: string | null; isMissing: boolean };

/** `path` null asks nothing. News of `types` that is of concern, and being told to look again, asks again. */
export function useLoad<T>(
  path: string | null,
  types: readonly NewsType[],
  isOfConcern: (news: News) => boolean = () => true,
): Loaded<T> {
  const [state, setState] = useState<State<T>>({ path, data: null, error: null, isMissing: false });
  const load = useTurns(
    useCallback(
      async (signal: AbortSignal) => {
        if (path === null) return;
        try {
          const data = await ask<T>(path, signal);
          if (!signal.aborted) setState({ path, data, error: null, isMissing: false });
        } catch (error) {
          if (signal.aborted) return;
          const message = error instanceof Error ? error.message : String(error);
          const isMissing = error instanceof ApiError && error.status === 404;
          setState((before) => ({ path, data: before.path === path ? before.data : null, error: message, isMissing }));
        }
      },
      [path],
    ),
  );
  useReloadOnNews(load, state.error === null ? types : [...types, ...signsOfLife], isOfConcern);
  const { data, error, isMissing } = state.path === path ? state : { data: null, error: null, isMissing: false };
  return { data, error, isMissing, reload: load };
}

/**
 * Runs `act` at once and whenever it is asked for, one after the other: what is asked for meanwhile is done once, when the one under way
 * has ended. So a line that is slower than the news still shows something. Another `act` takes the place of the one before.
 */
export function useTurns(act: (signal: AbortSignal) => Promise<void>): () => void {
  const turn = useRef<() => void>(() => undefined);
  useEffect(() => {
    const controller = new AbortController();
    let isBusy = false;
    let isWanted = false;
    turn.current = () => {
      isWanted = true;
      if (!isBusy) void run();
    };
    async function run(): Promise<void> {
      isBusy = true;
      while (isWanted && !controller.signal.aborted) {
        isWanted = false;
        await act(controller.signal);
      }
      isBusy = false;
    }
    turn.current();
    return () => controller.abort();
  }, [act]);
  return useCallback(() => turn.current(), []);
}

/** Calls `load` at news, at once where the last time is long enough ago, else when it is. */
export function useReloadOnNews(
  load: () => void,
  types: readonly NewsType[],
  isOfConcern: (news: News) => boolean = () => true,
): void {
  const key = types.join(' ');
  const concerns = useRef(isOfConcern);
  concerns.current = isOfConcern;
  useEffect(() => {
    let lastMs = Date.now();
    let dueMs = Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isWanted = (type: NewsType, news: News) => signsOfLife.some((sign) => sign === type) || concerns.current(news);
    const due = () => {
      clearTimeout(timer);
      dueMs = Infinity;
      if (document.visibilityState === 'hidden') return;
      lastMs = Date.now();
      load();
    };
    const stop = onNews((type, news) => {
      if (type !== 'reset' && !(key.split(' ').includes(type) && isWanted(type, news))) return;
      const atMs = Math.max(Date.now(), lastMs + (type === 'fleet' ? leastWindowsMs : leastMs));
      if (atMs >= dueMs) return;
      clearTimeout(timer);
      dueMs = atMs;
      timer = setTimeout(due, atMs - Date.now());
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
