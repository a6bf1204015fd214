// Turns what ioredis rejects with into a `StateError`.
import { StateError } from '../state-error.ts';

/** Replies that pass by themselves or by an operator's hand, so that the same call may succeed later. */
const passingReplies = ['LOADING', 'CLUSTERDOWN', 'TRYAGAIN', 'MASTERDOWN', 'READONLY', 'OOM', 'MISCONF', 'NOREPLICAS', 'BUSY'];

/** `name` is the store's address without credentials; `lastProblem` is why the connection failed, which ioredis hides. */
export function toStateError(error: unknown, name: string, lastProblem: Error | undefined): StateError {
  if (error instanceof StateError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'ReplyError') {
    const isRetriable = passingReplies.some((prefix) => message.startsWith(prefix));
    const advice = isRetriable ? 'it may pass; see the server' : 'check the credentials, the key and the server version';
    return new StateError('refused', `state store ${name} refused: ${message}; ${advice}`, { isRetriable, cause: error });
  }
  const why = reasonOf(lastProblem) ?? reasonOf(error) ?? 'the connection broke';
  return new StateError(
    'unreachable',
    `state store ${name} cannot be reached: ${why}; check state.url (or REDIS_URL) and that the server is up`,
    { cause: error },
  );
}

/** What an operator can use of an ioredis error; undefined for its "too many retries", which names no cause. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name === 'MaxRetriesPerRequestError') return undefined;
  // A cluster client says "failed to refresh slots" and hides what its last node said.
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) return error.lastNodeError.message;
  return error.message;
}
