// Rows of a fleet of any size: only what is looked at is asked for, in pages.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { FleetPage, FleetRow } from '../../src/api/fleet-api.ts';
import { ask } from '../live/ask-api.ts';
import { useReloadOnNews } from '../live/use-load.ts';

export type FleetRows = {
  page: FleetPage | null;
  error: string | null;
  /** Undefined while it is asked for. */
  row(index: number): FleetRow | undefined;
};

const pageRows = 100;

/** Rows `from` to `to` (exclusive) of what `query` asks for; asked again when there are new windows or alerts. */
export function useFleetRows(query: string, from: number, to: number): FleetRows {
  const [state, setState] = useState<{
    query: string;
    page: FleetPage | null;
    rows: Map<number, FleetRow[]>;
    error: string | null;
  }>({
    query,
    page: null,
    rows: new Map(),
    error: null,
  });
  const newest = useRef({ query, first: 0, last: 0 });
  const first = Math.floor(from / pageRows);
  const last = Math.max(first, Math.floor(Math.max(0, to - 1) / pageRows));
  newest.current = { query, first, last };

  const load = useCallback(async (pagesFrom: number, pagesTo: number, forQuery: string) => {
    for (let number = pagesFrom; number <= pagesTo; number++) {
      try {
        const page = await ask<FleetPage>(`api/fleet?${forQuery}&offset=${number * pageRows}&limit=${pageRows}`);
        if (newest.current.query !== forQuery) return;
        setState((before) => {
          const rows = before.query === forQuery ? new Map(before.rows) : new Map<number, FleetRow[]>();
          rows.set(number, page.rows);
          // What has been scrolled past long ago is asked for again when it comes into view.
          if (rows.size > 8) for (const key of rows.keys()) if (Math.abs(key - number) > 6) rows.delete(key);
          return { query: forQuery, page, rows, error: null };
        });
      } catch (error) {
        setState((before) => ({ ...before, error: error instanceof Error ? error.message : String(error) }));
        return;
      }
    }
  }, []);

  useEffect(() => void load(first, last, query), [load, first, last, query]);
  const again = useCallback(() => {
    const { query: now, first: low, last: high } = newest.current;
    void load(low, high, now);
  }, [load]);
  useReloadOnNews(again, ['fleet', 'alert', 'label', 'effect']);

  return {
    page: state.page,
    error: state.error,
    row: (index) => state.rows.get(Math.floor(index / pageRows))?.[index % pageRows],
  };
}
