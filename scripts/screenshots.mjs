// Renews the pictures in docs/images: runs the browser tests of the pages, which take them, and says how large each is. Fails where a test
// does, where the documents show a picture that was not taken, or where one is too large to be looked at on a slow line.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../test/servers/chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bytesMax = 120_000;

const { path, version } = await findChromium();
console.log(version);
const startedMs = Date.now();
const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'test/console/pages.test.ts'];
const env = { ...process.env, CHROMIUM: path, DOCS_IMAGES: '1' };
const { status } = spawnSync(process.execPath, vitest, { cwd: root, env, stdio: 'inherit' });

let isGood = status === 0;
for (const [, name] of readFileSync(join(root, 'docs/console.md'), 'utf8').matchAll(/\(images\/([^)]+)\)/g)) {
  const { size, mtimeMs } = statSync(join(root, 'docs/images', name));
  const problem = mtimeMs < startedMs ? 'not taken anew' : size > bytesMax ? `larger than ${bytesMax} bytes` : null;
  console.log(`docs/images/${name}: ${size} bytes${problem === null ? '' : `, ${problem}`}`);
  isGood &&= problem === null;
}
process.exitCode = isGood ? 0 : 1;
