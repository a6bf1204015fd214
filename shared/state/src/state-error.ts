// What can go wrong between us and a state store. The list of codes is closed; a caller decides by `isRetriable` alone.

export type StateErrorCode =
  /** No connection, or it broke while the call was under way: the write may or may not have happened. */
  | 'unreachable'
  /** No answer within the bound: the write may or may not have happened. */
  | 'timeout'
  /** The store answered, and the answer is no. */
  | 'refused';

/** An error of the world, never of the program. `message` names the store, what it said and what to do. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly code: StateErrorCode;
  /** True where the same call may succeed later without anybody changing the configuration. */
  readonly isRetriable: boolean;

  constructor(code: StateErrorCode, message: string, options: { isRetriable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.isRetriable = options.isRetriable ?? code !== 'refused';
  }
}
