// What can be wrong with a folder of recorded data. The list of codes is closed; none of it gets better by trying again.

export type FleetErrorCode =
  /** No such folder or file. */
  | 'missing'
  /** It is there and cannot be read or unpacked. */
  | 'unreadable'
  /** It can be read and says something impossible. */
  | 'invalid';

/** `message` begins with the file, then says which field or line, what stands there and what was expected. */
export class FleetError extends Error {
  override readonly name = 'FleetError';
  readonly code: FleetErrorCode;
  readonly isRetriable = false;

  constructor(code: FleetErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

export function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
