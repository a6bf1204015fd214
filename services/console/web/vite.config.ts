// How the page is built: into dist/web, with relative addresses, so that it works under any path of a proxy.
import { join } from 'node:path';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  // What other packages have for the page is taken from their sources.
  resolve: { conditions: ['@tocsin/source', ...defaultClientConditions] },
  build: {
    outDir: join(import.meta.dirname, '../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no data: but images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: { '/api': 'http://127.0.0.1:9470' } },
});
