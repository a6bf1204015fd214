// What can be done about the versions of a class. Whoever composes the services brings it: the trainer knows how versions come into use, and
// services know nothing of each other.
import type { ChangeBody, VersionHistory } from './api/models-api.ts';

/** Why a change was not made: what people had before their eyes is not so any more, or it cannot be. Nothing has happened. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
}

export type ModelDesk = {
  /** Reads only; rejects where the store does not answer. */
  history(deviceClass: string): Promise<VersionHistory>;
  /** Under this name, for everybody to read. Rejects with `ChangeRefused`, or where log or store do not answer: then it may be said again. */
  change(wish: Omit<ChangeBody, 'who'> & { who: string }): Promise<VersionHistory>;
};
