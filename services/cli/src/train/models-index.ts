// The folder that `tocsin train` writes and `tocsin evaluate --models` reads: one bundle per device class, and an index of them.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksumOf, decodeBundle } from '@tocsin/models';
import type { BundleMetrics, ModelBundle } from '@tocsin/schemas';

/** One class. `file` is null where its devices were too few for a bundle; then `verdict` says what was missing. */
export type IndexEntry = {
  deviceClass: string;
  dataSet: string;
  file: string | null;
  /** SHA-256 of the file, hex; empty without one. */
  checksum: string;
  specHash: string;
  version: number;
  devices: number;
  windows: number;
  /** Devices that could not be read, and that the others were trained without. */
  broken: readonly { device: string; message: string }[];
  verdict: string;
  metrics: BundleMetrics | null;
  seconds: number;
  /** Digest of the data, settings and code behind it. */
  key: string;
};

export type ModelsIndex = { kind: 'tocsin-models'; version: 1; classes: readonly IndexEntry[] };

/** A folder of models that cannot be used as it is. */
export class ModelsError extends Error {
  override readonly name = 'ModelsError';
  readonly isRetriable = false;
}

const indexFile = 'models.json';

/** Throws ModelsError where there is no index, or none of ours. */
export function readIndex(directory: string): ModelsIndex {
  const file = join(directory, indexFile);
  if (!existsSync(file)) throw new ModelsError(`${file}: not there; expected what tocsin train --out ${directory} writes`);
  let index: Partial<ModelsIndex>;
  try {
    index = JSON.parse(readFileSync(file, 'utf8')) as Partial<ModelsIndex>;
  } catch (error) {
    throw new ModelsError(`${file}: not JSON, ${String(error)}; train again into an empty folder`, { cause: error });
  }
  const { kind, version, classes } = index;
  if (kind !== 'tocsin-models' || version !== 1 || !Array.isArray(classes))
    throw new ModelsError(`${file}: kind is ${JSON.stringify(kind)}, version ${version}; expected tocsin-models of version 1`);
  return { kind, version, classes };
}

/** The index of a folder that may not have one yet. */
export function readIndexIfThere(directory: string): ModelsIndex {
  return existsSync(join(directory, indexFile)) ? readIndex(directory) : { kind: 'tocsin-models', version: 1, classes: [] };
}

export function writeIndex(directory: string, index: ModelsIndex): void {
  writeWhole(join(directory, indexFile), `${JSON.stringify(index, null, 2)}\n`);
}

/** Writes beside the place and moves, so that nobody ever sees half a file. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(`${file}.part`, content);
  renameSync(`${file}.part`, file);
}

/** Whether the file of an entry (if it has one) is there and whole. */
export function isIntact(directory: string, { file, checksum }: IndexEntry): boolean {
  if (file === null) return true;
  const path = join(directory, file);
  return existsSync(path) && checksumOf(readFileSync(path)) === checksum;
}

/** The bundle of an entry. Throws ModelsError where it is missing or not what the index says. */
export function readBundle(directory: string, { file, checksum, deviceClass }: IndexEntry): ModelBundle {
  const path = join(directory, file ?? '');
  const advice = `run tocsin train --out ${directory} again`;
  if (file === null || !existsSync(path)) throw new ModelsError(`${path}: bundle of class ${deviceClass} is missing; ${advice}`);
  const bytes = readFileSync(path);
  if (checksumOf(bytes) !== checksum) throw new ModelsError(`${path}: checksum is not that of ${indexFile}; ${advice}`);
  return decodeBundle(bytes);
}
