// Builds the console's page into services/console/dist/web, unless it is there already and made of the same sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'services/console/web');
const built = join(root, 'services/console/dist/web');
const stampFile = join(root, 'services/console/dist/.web-stamp');

const wanted = fingerprint();
if (existsSync(join(built, 'index.html')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) process.exit(0);
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', web], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
writeFileSync(stampFile, wanted);

/** Of everything that the page is made of; packages by the lock file. */
function fingerprint() {
  const hash = createHash('sha256');
  const others = ['services/console/src/api/words.ts', 'shared/schemas/src/fleet-incident.ts', 'package-lock.json'];
  const folders = [web, join(root, 'shared/schemas/src/words')];
  const paths = [...folders.flatMap(filesIn), ...others.map((path) => join(root, path))];
  for (const path of paths) if (existsSync(path)) hash.update(`${path.slice(root.length)}\n`).update(readFileSync(path));
  return hash.digest('hex');
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
    .toSorted();
}
