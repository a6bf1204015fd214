// The directories that the configuration names: can they be written, and is there room?
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Config } from '@tocsin/config';
import { explainError } from '../explain-error.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const freeMinBytes = 1e9;

/** What there is to say of an embedded log or store that is not there. */
export const madeLater =
  'it is made by the first program that starts; a relative path belongs to the working directory, so run this where the services run';

/** Does a directory of that name exist with something in it to open? */
export function isThere(directory: string): boolean {
  return existsSync(directory);
}

/** One finding for each directory of the embedded log and store, and of the trainer where it runs on this machine; none where all are elsewhere. */
export function checkDisk({ transport, state, trainer }: Config): Finding[] {
  const directories = [
    ...(transport.kind === 'embedded' ? [transport.directory] : []),
    ...(state.kind === 'embedded' ? [state.directory] : []),
    ...(isThere(trainer.store.directory) ? [trainer.store.directory] : []),
  ];
  return directories.map(checkDirectory);
}

function checkDirectory(directory: string): Finding {
  const place = nearestExisting(resolve(directory));
  try {
    if (!statSync(place).isDirectory()) return fail('disk', `${place} is a file`, `name another directory than ${directory}`);
    accessSync(place, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(place);
    const free = bavail * bsize;
    const found = `${directory}: can be written, ${(free / 1e9).toFixed(1)} GB free`;
    return free >= freeMinBytes
      ? ok('disk', found)
      : warn(
          'disk',
          found,
          'make room: the embedded log grows with what is sent, the store of the trainer to trainer.store.maxBytes',
        );
  } catch (error) {
    return fail('disk', `${directory}: ${explainError(error)}`, 'name a directory that this user may write');
  }
}

/** The directory itself, or the one that it would be made in. */
function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
