// What a person has chosen on this browser: their name, the time zone, whether single keys act.
import { useEffect, useState } from 'preact/hooks';

export type Settings = { who: string; zone: 'local' | 'utc'; hasKeys: boolean };

const place = 'tocsin.settings';
const usual: Settings = { who: '', zone: 'local', hasKeys: true };
const listeners = new Set<(settings: Settings) => void>();
let current = read();

function read(): Settings {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Settings>) };
  } catch {
    return usual;
  }
}

export function settings(): Settings {
  return current;
}

export function choose(change: Partial<Settings>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(place, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  for (const listener of listeners) listener(current);
}

export function useSettings(): Settings {
  const [state, setState] = useState(current);
  useEffect(() => {
    listeners.add(setState);
    return () => void listeners.delete(setState);
  }, []);
  return state;
}
