#!/usr/bin/env node
// What npm links as `tocsin`. It is here before anything is built, so that npm finds it when it installs; the program is dist/main.js.
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write('tocsin: not built yet; run "npm run setup" in the checkout first\n');
  process.exitCode = 1;
}
