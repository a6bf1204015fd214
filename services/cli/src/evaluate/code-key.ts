// Says whether the code behind a figure has changed.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Rooms that every score goes through, and those that trained ones do. */
export const scoringPackages = [
  '@tocsin/evaluator',
  '@tocsin/windows',
  '@tocsin/features',
  '@tocsin/models',
  '@tocsin/decisions',
];
export const trainingPackages = [...scoringPackages, '@tocsin/trainer', '@tocsin/cli'];

/** Of packages that do other things, too: the files that figures depend on. */
const parts: Readonly<Record<string, RegExp>> = {
  '@tocsin/evaluator': /^(?!report|runner|suites)/,
  '@tocsin/cli': /^(evaluate\/product-learners|train\/train-class)\./,
};
const digests = new Map<string, string>();

/** Digest of the code of these packages. */
export function codeKey(packages: readonly string[]): string {
  return packages.map(packageDigest).join('.');
}

function packageDigest(name: string): string {
  const known = digests.get(name);
  if (known !== undefined) return known;
  const folder = dirname(fileURLToPath(import.meta.resolve(name)));
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(js|ts)$/.test(file) && !/\.d\.ts$|\.test\.ts$/.test(file) && (parts[name]?.test(file) ?? true),
  );
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(folder, file)));
  const digest = hash.digest('hex').slice(0, 16);
  digests.set(name, digest);
  return digest;
}
