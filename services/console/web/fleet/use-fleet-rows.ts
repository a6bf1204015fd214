// Rows of a fleet of any size: only what is looked at is asked for, in pages.
import { useCallback, useState } from 'preact/hooks';
import type { FleetPage, FleetRow } from '../../src/api/fleet-api.ts';
import { ask } from '../live/ask-api.ts';
import { signsOfLife, useReloadOnNews, useTurns } from '../live/use-load.ts';

export type FleetRows = {
  page: FleetPage | null;
  error: string | null;
  /** Undefined while it is asked for. */
  row(index: number): FleetRow | undefined;
};

const pageRows = 100;
const news = ['fleet', 'alert', 'label', 'effect'] as const;

type State = { query: string; page: FleetPage | null; rows: Map<number, FleetRow[]>; error: string | null };

/** Rows `from` to `to` (exclusive) of what `query` asks for; asked again when there are new windows or alerts. */
export function useFleetRows(query: string, from: number, to: number): FleetRows {
  const [state, setState] = useState<State>({ query, page: null, rows: new Map(), error: null });
  const first = Math.floor(from / pageRows);
  const last = Math.max(first, Math.floor(Math.max(0, to - 1) / pageRows));
  const load = useTurns(
    useCallback(
      async (signal: AbortSignal) => {
        try {
          for (let number = first; number <= last; number++) {
            const page = await ask<FleetPage>(`api/fleet?${query}&offset=${number * pageRows}&limit=${pageRows}`, signal);
            if (!signal.aborted) setState((before) => withPage(before, query, number, page));
          }
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          if (!signal.aborted) setState((before) => ({ ...before, error: message }));
        }
      },
      [query, first, last],
    ),
  );
  useReloadOnNews(load, state.error === null ? news : [...news, ...signsOfLife]);
  return {
    page: state.page,
    error: state.error,
    row: (index) => state.rows.get(Math.floor(index / pageRows))?.[index % pageRows],
  };
}

function withPage(before: State, query: string, number: number, page: FleetPage): State {
  const rows = before.query === query ? new Map(before.rows) : new Map<number, FleetRow[]>();
  rows.set(number, page.rows);
  // What has been scrolled past long ago is asked for again when it comes into view.
  if (rows.size > 8) for (const key of rows.keys()) if (Math.abs(key - number) > 6) rows.delete(key);
  return { query, page, rows, error: null };
}
