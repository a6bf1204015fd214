// `npm run kernels`: compiles services/trainer/kernels/products.ts (AssemblyScript) into a TypeScript file that carries the bytes. The
// compiler is fetched for this alone: what it makes is 1.3 kB and changes about never.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const compiler = 'assemblyscript@0.28.8';
const source = 'services/trainer/kernels/products.ts';
const target = 'services/trainer/src/meta/simd/kernels.ts';
const folder = mkdtempSync(join(tmpdir(), 'tocsin-kernels-'));
try {
  const binary = join(folder, 'products.wasm');
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory', '--noExportMemory'];
  execFileSync('npx', ['--yes', '--package', compiler, 'asc', source, ...flags, '--initialMemory', '1', '-o', binary], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex');
  writeFileSync(
    target,
    `// Written by \`npm run kernels\` with ${compiler}; edit ${source}, not this file.

/** SHA-256 of the source that the bytes were made from. */
export const kernelSource = '${hash}';

/** A WebAssembly module, base64. */
export const kernelBytes =
  '${readFileSync(binary).toString('base64')}';
`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
