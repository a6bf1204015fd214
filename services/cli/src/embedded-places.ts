// Where an embedded log or store has to be already: commands that look must not leave an empty one behind, and say that all is well.
import { resolve } from 'node:path';
import type { StateConfig, TransportConfig } from '@tocsin/config';
import { isThere } from './doctor/check-disk.ts';

/** Throws where the log is a directory that is not there. */
export function requireLog({ kind, directory }: Pick<TransportConfig, 'kind' | 'directory'>): void {
  if (kind === 'embedded') requireThere('log', 'transport.directory', directory);
}

/** Throws where the store is a directory that is not there. */
export function requireStore({ kind, directory }: Pick<StateConfig, 'kind' | 'directory'>): void {
  if (kind === 'embedded') requireThere('state store', 'state.directory', directory);
}

function requireThere(what: string, setting: string, directory: string): void {
  const place = resolve(directory);
  if (isThere(place)) return;
  const meant =
    place === directory
      ? `${setting} names it; correct it, or start what makes it`
      : `${setting} is ${directory}, relative to the working directory; run this where the services run, or name an absolute path`;
  throw new Error(`there is no embedded ${what} at ${place}: ${meant}`);
}
