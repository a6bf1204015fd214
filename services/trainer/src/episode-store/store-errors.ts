// What can go wrong between the trainer and its episode store.

/** What lies on disk is not what was written: the store has to be made anew from the log. */
export class StoreBroken extends Error {
  override readonly name = 'StoreBroken';
}

/** The disk refuses: it may be full. Nothing of the transaction is stored, and the same call may succeed later. */
export class StoreUnwritable extends Error {
  override readonly name = 'StoreUnwritable';
  readonly isRetriable = true;
}

/** LMDB's words for a file that is not, or no longer, one of its own. */
const brokenWords =
  /MDB_(CORRUPTED|PAGE_NOTFOUND|INVALID|VERSION_MISMATCH|PANIC|BAD_TXN|CURSOR_FULL)|page .*not found|not an LMDB|corrupt/i;

/** What an error of LMDB means for the store in `directory`. */
export function storeErrorOf(error: unknown, directory: string): StoreBroken | StoreUnwritable {
  if (error instanceof StoreBroken || error instanceof StoreUnwritable) return error;
  const why = error instanceof Error ? error.message : String(error);
  if (brokenWords.test(why)) return new StoreBroken(`episode store ${directory}: ${why}`, { cause: error });
  return new StoreUnwritable(
    `episode store ${directory} cannot be written: ${why}; check free space and permissions of trainer.store.directory`,
    { cause: error },
  );
}
