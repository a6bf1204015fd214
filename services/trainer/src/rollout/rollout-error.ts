// Why a version cannot be brought where somebody wants it.

/**
 * `nothing_before`: no earlier content is left; `no_canary`: nothing is being tried; `no_version`: no such version; `missing`: its bytes are not
 * in the store; `unreadable`: they are no bundle; `untrusted`: not signed by a key that is trusted; `other_features`: made for features that the class does not have any more; `contested`: somebody else goes on changing it.
 */
export const rolloutErrorCodes = [
  'nothing_before',
  'no_canary',
  'no_version',
  'missing',
  'unreadable',
  'untrusted',
  'other_features',
  'contested',
] as const;
export type RolloutErrorCode = (typeof rolloutErrorCodes)[number];

export class RolloutError extends Error {
  override readonly name = 'RolloutError';
  readonly code: RolloutErrorCode;
  readonly isRetriable: boolean;

  constructor(code: RolloutErrorCode, message: string) {
    super(message);
    this.code = code;
    this.isRetriable = code === 'contested';
  }
}
