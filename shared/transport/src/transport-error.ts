// The errors of the log: a closed list of codes, each either worth another attempt or not.

/** Codes and whether the same call may succeed later. */
const retriable = {
  /** No answer, or none in time. */
  unreachable: true,
  /** The server refused for now: a leader moves, a coordinator loads. */
  unavailable: true,
  /** The server refused for good. */
  refused: false,
  'unknown-topic': false,
  'record-too-large': false,
  /** The handler of a reader failed too often without progress. */
  'handler-failed': false,
  /** The embedded log: another thread or process reads as this group. */
  'group-taken': true,
  /** The embedded log: the disk. */
  storage: true,
  /** Used after `close` or `stop`. */
  closed: false,
} as const;

export type TransportErrorCode = keyof typeof retriable;

/** What went wrong with the log. The message names what was tried, and what to do where there is something. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;
  readonly isRetriable: boolean;

  constructor(code: TransportErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.isRetriable = retriable[code];
  }
}
