// A copy of this benchmark for a machine that has Node and a GPU but no registry: one file, Dawn, and the PyTorch script.
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Writes it to `folder` and says what it weighs. Throws where the optional packages for WebGPU are not installed. */
export async function makeBundle(folder: string): Promise<string> {
  const { build } = await import('esbuild');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'trainer-bench.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../trainer.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    conditions: ['@tocsin/source'],
    external: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu', 'esbuild'],
    // Packages in there that are no modules ask for these.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; import { dirname as folderOf } from 'node:path'; import { fileURLToPath as pathOf } from 'node:url'; const require = makeRequire(import.meta.url), __filename = pathOf(import.meta.url), __dirname = folderOf(__filename);",
    },
    logLevel: 'warning',
  });
  const place = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  const dawn = join(dirname(createRequire(import.meta.url).resolve('webgpu')), 'dist', place, 'dawn.node');
  if (!existsSync(dawn))
    throw new Error(`${dawn} is missing; npm install --no-save webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0`);
  mkdirSync(join(folder, 'dist', place), { recursive: true });
  copyFileSync(dawn, join(folder, 'dist', place, 'dawn.node'));
  copyFileSync(join(import.meta.dirname, '../maml_head.py'), join(folder, 'maml_head.py'));
  writeFileSync(
    join(folder, 'README'),
    "node --expose-gc trainer-bench.mjs --out RESULTS [--backends webgpu,cpu] [--python python3]\nNeeds Node >= 20.19 and a Vulkan loader (libvulkan1) with the GPU's driver.\n",
  );
  const sizes = [file, join(folder, 'dist', place, 'dawn.node')].map((path) => (statSync(path).size / 1e6).toFixed(1));
  return `${folder}: trainer-bench.mjs ${sizes[0]} MB, dawn.node ${sizes[1]} MB`;
}
