// Which page is open, in the part of the address that never reaches a server: device ids may hold anything.
import { useEffect, useState } from 'preact/hooks';

export const pages = ['fleet', 'alerts', 'device', 'models', 'quality'] as const;
export type Route = { page: (typeof pages)[number]; device: string; query: URLSearchParams };

export function parseRoute(hash: string): Route {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?');
  const parameters = new URLSearchParams(query);
  const page = pages.find((name) => name === path) ?? 'fleet';
  return { page, device: parameters.get('id') ?? '', query: parameters };
}

export function deviceHref(deviceId: string): string {
  return `#/device?${new URLSearchParams({ id: deviceId }).toString()}`;
}

/** What is being looked at stands in the address, so that it can be sent to somebody, and comes back with the back button. */
export function keepInAddress(page: Route['page'], query: string): void {
  history.replaceState(history.state, '', `#/${page}${query === '' ? '' : `?${query}`}`);
}

type Seen = { tocsin: number };
const scrolled = new Map<number, number>();
let entry = 0;

/** A place one comes back to is shown where it was left; a new one from its top. */
function turnTo(): void {
  const seen = history.state as Seen | null;
  if (seen === null) history.replaceState({ tocsin: Math.max(0, ...scrolled.keys(), entry) + 1 } satisfies Seen, '');
  entry = (history.state as Seen).tocsin;
  const top = seen === null ? 0 : (scrolled.get(entry) ?? 0);
  // What is shown there has to be drawn first; the second time it has been asked for.
  for (const afterMs of [0, 300]) if (afterMs === 0 || top > 0) setTimeout(() => scrollTo(0, top), afterMs);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    history.scrollRestoration = 'manual';
    turnTo();
    const follow = () => {
      setRoute(parseRoute(location.hash));
      turnTo();
    };
    const note = () => void scrolled.set(entry, scrollY);
    addEventListener('hashchange', follow);
    addEventListener('scroll', note, { passive: true });
    return () => {
      removeEventListener('hashchange', follow);
      removeEventListener('scroll', note);
    };
  }, []);
  return route;
}
