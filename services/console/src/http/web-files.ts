// The web app as it was built, held in memory: names with a hash may be kept for ever, the page itself is asked for every time.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

type WebFile = { body: Buffer; packed: Buffer | null; type: string; etag: string; isForEver: boolean };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};
const packable = new Set(['.html', '.js', '.css', '.svg', '.webmanifest']);

/** Serves the files of `directory`, `/` being its index.html; a page that says what is missing where there is none. */
export function serveWebFiles(app: FastifyInstance, directory: string): void {
  const files = existsSync(directory) ? readFiles(directory, '') : new Map<string, WebFile>();
  const index = files.get('/index.html') ?? notBuilt();
  files.set('/', index);
  for (const [path, file] of files) {
    app.get(path, { schema: { hide: true } }, (request, reply) => {
      void reply.header('etag', file.etag).header('vary', 'accept-encoding').type(file.type);
      void reply.header('cache-control', file.isForEver ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
      const isPacked = file.packed !== null && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
      return isPacked ? reply.header('content-encoding', 'br').send(file.packed) : reply.send(file.body);
    });
  }
}

function readFiles(directory: string, path: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  for (const entry of readdirSync(join(directory, path), { withFileTypes: true })) {
    const at = `${path}/${entry.name}`;
    if (entry.isDirectory()) for (const [name, file] of readFiles(directory, at)) files.set(name, file);
    else if (types[extname(entry.name)] !== undefined) files.set(at, fileOf(readFileSync(join(directory, at)), extname(at), at));
  }
  return files;
}

function fileOf(body: Buffer, extension: string, path: string): WebFile {
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  return {
    body,
    packed: packable.has(extension) ? brotliCompressSync(body, options) : null,
    type: types[extension],
    etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`,
    isForEver: path.startsWith('/assets/'),
  };
}

function notBuilt(): WebFile {
  const text =
    '<!doctype html><html lang="en"><title>Tocsin</title><p>The page has not been built: run <code>npm run setup</code>, then start the console again. The API is there: <a href="api/openapi.json">/api/openapi.json</a>.</p></html>';
  return fileOf(Buffer.from(text), '.html', '/index.html');
}
