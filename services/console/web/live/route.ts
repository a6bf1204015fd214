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

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => {
      setRoute(parseRoute(location.hash));
      scrollTo(0, 0);
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}
