// Reads a checkout as data for the house rules: its packages, its sources, and what each source imports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Import = { specifier: string; line: number; isTypeOnly: boolean };

export type Source = {
  /** Path from the root, with slashes. */
  path: string;
  text: string;
  /** The text with comments blanked, line for line. */
  code: string;
  imports: readonly Import[];
  /** A test or something only tests use. */
  isTest: boolean;
};

export type Package = {
  name: string;
  folder: string;
  dependencies: ReadonlySet<string>;
  /** What its page is made of when it is built. */
  bundled: ReadonlySet<string>;
  sources: readonly Source[];
};

export type Repository = {
  packages: readonly Package[];
  /** Every source, those outside of packages too. */
  sources: readonly Source[];
  /** What tests may use everywhere. */
  devDependencies: ReadonlySet<string>;
};

const ignored = new Set(['node_modules', 'dist', 'coverage', 'fixtures', '.git', '.tocsin']);

/** Paths of all files under `root` that are not built, installed or deliberately wrong. */
export function filesOf(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (ignored.has(entry.name)) return [];
    return entry.isDirectory() ? filesOf(root, path) : [path];
  });
}

export function readRepository(root: string): Repository {
  const sources = filesOf(root)
    .filter((path) => /\.(tsx?|mjs)$/.test(path))
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
  const packages = ['shared', 'services'].flatMap((part) => {
    if (!existsSync(join(root, part))) return [];
    const folders = readdirSync(join(root, part)).map((name) => `${part}/${name}`);
    return folders
      .filter((folder) => existsSync(join(root, folder, 'package.json')))
      .map((folder) => readPackage(root, folder, sources));
  });
  return { packages, sources, devDependencies: namesIn(readManifest(join(root, 'package.json')), ['devDependencies']) };
}

function readPackage(root: string, folder: string, sources: readonly Source[]): Package {
  const manifest = readManifest(join(root, folder, 'package.json'));
  return {
    name: String(manifest['name']),
    folder,
    dependencies: namesIn(manifest, ['dependencies', 'optionalDependencies', 'peerDependencies']),
    bundled: namesIn(manifest, ['devDependencies']),
    sources: sources.filter(({ path }) => path.startsWith(`${folder}/`)),
  };
}

export function readSource(path: string, text: string): Source {
  const code = withoutComments(text);
  return { path, text, code, imports: importsOf(code), isTest: /\.(test|fixture|contract)\.ts$|^test\//.test(path) };
}

function readManifest(path: string): Record<string, unknown> {
  return existsSync(path) ? { ...JSON.parse(readFileSync(path, 'utf8')) } : {};
}

function namesIn(manifest: Record<string, unknown>, fields: readonly string[]): Set<string> {
  return new Set(fields.flatMap((field) => Object.keys(Object(manifest[field]))));
}

/** Strings are matched first, so that what looks like a comment inside one stays. */
function withoutComments(text: string): string {
  const stringOrComment = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replaceAll(stringOrComment, (match) => (match.startsWith('/') ? match.replaceAll(/[^\n]/g, ' ') : match));
}

function importsOf(code: string): Import[] {
  const statement = /^[ \t]*(?:import|export)\s+(type\s)?(?:[^'"`;()]*?\sfrom\s*)?['"]([^'"\n]+)['"]/gm;
  const call = /\b(?:import|require|require\.resolve)\(\s*['"]([^'"\n]+)['"]/g;
  const found = [
    ...[...code.matchAll(statement)].map((match) => ({ match, specifier: match[2], isTypeOnly: match[1] !== undefined })),
    ...[...code.matchAll(call)].map((match) => ({ match, specifier: match[1], isTypeOnly: false })),
  ];
  return found.map(({ match, specifier, isTypeOnly }) => {
    const at = match.index + match[0].search(/\S/);
    return { specifier, isTypeOnly, line: code.slice(0, at).split('\n').length };
  });
}
