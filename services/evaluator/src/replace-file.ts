// Puts a file in place whole: whoever reads it meanwhile, or writes it at the same time, sees one or the other, never half of one.
import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes beside `file` under a name of its own, and renames. Throws what the file system says, and leaves nothing behind then. */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const part = `${file}.${randomUUID()}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
