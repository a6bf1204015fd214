// Why something could not be loaded, in a few words.

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : error.message.split('\n')[0];
}
