// What can be wrong with stored bytes.

/**
 * `truncated`: bytes are missing; `foreign`: not this kind of value at all; `newer_version`: written by a later release;
 * `corrupt`: the checksum does not fit; `malformed`: the checksum fits but the content makes no sense; `not_finite`: a NaN
 * or an infinity where none may be; `oversized`: larger than any value of its kind.
 */
export const codecErrorCodes = [
  'truncated',
  'foreign',
  'newer_version',
  'corrupt',
  'malformed',
  'not_finite',
  'oversized',
] as const;
export type CodecErrorCode = (typeof codecErrorCodes)[number];

/** Bytes that cannot be read, or a value that may not be written. The same bytes fail again: never retriable. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;
  readonly isRetriable = false;

  constructor(code: CodecErrorCode, message: string) {
    super(message);
    this.name = 'CodecError';
    this.code = code;
  }
}
