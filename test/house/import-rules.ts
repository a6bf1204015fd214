// Who may import what: the walls between rooms, read from the sources themselves. Each rule has a fixture that breaks it.
import { posix } from 'node:path';
import type { Import, Package, Repository, Source } from './read-repository.ts';

export type Violation = { rule: keyof typeof rules; at: string; message: string };

const pureRooms = ['schemas', 'windows', 'features', 'models', 'decisions', 'signals'];
const edgeRooms = ['transport', 'state', 'config', 'observability'];
/** Modules of Node that compute and do nothing else. */
const pureModules = ['node:buffer', 'node:crypto', 'node:util', 'node:zlib'];
const impure = [
  {
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bhrtime\b/,
    what: 'reads a clock; take the time as an argument',
  },
  {
    pattern: /\bMath\.random\b|\brandom(Bytes|UUID|Int|FillSync)\b|\bgetRandomValues\b/,
    what: 'draws at random; take a seeded generator as an argument',
  },
  {
    pattern: /\bprocess\.|\bfetch\(|\bset(Timeout|Interval|Immediate)\(|\bconsole\./,
    what: 'touches the world; leave that to an edge or a service',
  },
];

type Rule = (repository: Repository) => { source: Source; line?: number; message: string }[];

const rules = {
  'pure-rooms-import-schemas-only': (repository) =>
    importsIn(repository, isPure, ({ specifier }) =>
      isTocsin(specifier)
        ? specifier !== '@tocsin/schemas' && 'a pure room imports no other room than @tocsin/schemas'
        : specifier.startsWith('node:') &&
          !pureModules.includes(specifier) &&
          `a pure room imports only ${pureModules.join(', ')} of Node`,
    ),
  'pure-rooms-touch-nothing': (repository) =>
    productionSources(repository, isPure).flatMap((source) =>
      impure.flatMap(({ pattern, what }) => linesMatching(source, pattern).map((line) => ({ source, line, message: what }))),
    ),
  'edges-import-schemas-only': (repository) =>
    importsIn(
      repository,
      (owner) => isRoom(owner, edgeRooms),
      ({ specifier }) =>
        isTocsin(specifier) && specifier !== '@tocsin/schemas' && 'an edge imports no other room than @tocsin/schemas',
    ),
  'services-import-no-service': (repository) => {
    const services = repository.packages.filter(({ folder }) => folder.startsWith('services/')).map(({ name }) => name);
    const isOrdinary = (owner: Package) => owner.folder !== 'services/cli';
    const message = 'only services/cli puts services together';
    return importsIn(
      repository,
      isOrdinary,
      ({ specifier }, owner) => services.includes(specifier) && specifier !== owner.name && message,
    );
  },
  'nothing-imports-tests': (repository) =>
    importsIn(
      repository,
      () => true,
      ({ specifier }, _, source) => {
        const target = posix.join(posix.dirname(source.path), specifier);
        const isForTests = specifier.startsWith('.') && /\.(test|fixture|contract)\.ts$|^test\//.test(target);
        return isForTests && 'what ships may not need what tests';
      },
    ),
  'relative-imports-stay-inside': (repository) =>
    allImports(repository).flatMap(({ owner, source, imported: { specifier, line } }) => {
      if (!specifier.startsWith('.')) return [];
      const target = posix.join(posix.dirname(source.path), specifier);
      const isInside = target.startsWith(`${owner.folder}/`) || (source.isTest && target.startsWith('test/'));
      if (!isInside) return [{ source, line, message: `${specifier} leaves ${owner.folder}; import the package by name` }];
      return /\.(tsx?|mjs|json)$/.test(specifier) ? [] : [{ source, line, message: `${specifier} does not end in .ts` }];
    }),
  'dependencies-are-declared': (repository) =>
    allImports(repository).flatMap(({ owner, source, imported: { specifier, line } }) => {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) return [];
      const name = packageNameOf(specifier);
      const isKnown = owner.dependencies.has(name) || name === owner.name;
      const isForTests = source.isTest && (repository.devDependencies.has(name) || isTocsin(name));
      const isBundled = source.path.startsWith(`${owner.folder}/web/`) && owner.bundled.has(name);
      return isKnown || isBundled || isForTests
        ? []
        : [{ source, line, message: `${name} is not in ${owner.folder}/package.json` }];
    }),
  'only-main-reads-the-environment': (repository) =>
    productionSources(repository, () => true)
      .filter(({ path }) => !/^services\/[^/]+\/src\/main\.ts$/.test(path))
      .flatMap((source) => {
        const lines = linesMatching(
          source,
          /\bprocess\.env\b|\bprocess\.(on|once)\(\s*['"]SIG|\bimport\s*\{[^}]*\benv\b[^}]*\}\s*from\s*['"]node:process/,
        );
        return lines.map((line) => ({
          source,
          line,
          message: "only a service's main.ts reads the environment and handles signals",
        }));
      }),
  'no-import-cycles': (repository) =>
    cyclesOf(repository.sources).map((cycle) => ({ source: cycle[0], message: pathsOf(cycle) })),
} satisfies Record<string, Rule>;

export const ruleNames = Object.keys(rules) as (keyof typeof rules)[];

/** Everything that breaks a rule, as `file:line`. */
export function importViolations(repository: Repository): Violation[] {
  return ruleNames.flatMap((rule) => {
    const check: Rule = rules[rule];
    return check(repository).map(({ source, line, message }) => {
      return { rule, at: line === undefined ? source.path : `${source.path}:${line}`, message };
    });
  });
}

function isRoom({ folder }: Package, rooms: readonly string[]): boolean {
  return rooms.some((room) => folder === `shared/${room}`);
}

function isPure(owner: Package): boolean {
  return isRoom(owner, pureRooms);
}

function isTocsin(specifier: string): boolean {
  return specifier.startsWith('@tocsin/');
}

function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function productionSources({ packages }: Repository, isMeant: (owner: Package) => boolean): Source[] {
  return packages.filter(isMeant).flatMap(({ sources }) => sources.filter(({ isTest }) => !isTest));
}

function allImports({ packages }: Repository) {
  return packages.flatMap((owner) =>
    owner.sources.flatMap((source) => source.imports.map((imported) => ({ owner, source, imported }))),
  );
}

/** Imports of what ships in the packages meant, where `complaint` is a message. */
function importsIn(
  repository: Repository,
  isMeant: (owner: Package) => boolean,
  complaint: (imported: Import, owner: Package, source: Source) => string | false,
) {
  return allImports(repository).flatMap(({ owner, source, imported }) => {
    if (source.isTest || !isMeant(owner)) return [];
    const message = complaint(imported, owner, source);
    return message === false ? [] : [{ source, line: imported.line, message: `${imported.specifier}: ${message}` }];
  });
}

function linesMatching({ code }: Source, pattern: RegExp): number[] {
  return code.split('\n').flatMap((line, i) => (pattern.test(line) ? [i + 1] : []));
}

/** Import cycles between files, each once, from its first file on. Types that import each other are no cycle: they are gone when run. */
function cyclesOf(sources: readonly Source[]): Source[][] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<Source>();
  const cycles: Source[][] = [];

  function visit(source: Source, trail: readonly Source[]): void {
    const at = trail.indexOf(source);
    if (at >= 0) return void cycles.push(trail.slice(at));
    if (done.has(source)) return;
    for (const { specifier, isTypeOnly } of source.imports) {
      const target = specifier.startsWith('.') ? byPath.get(posix.join(posix.dirname(source.path), specifier)) : undefined;
      if (target !== undefined && !isTypeOnly) visit(target, [...trail, source]);
    }
    done.add(source);
  }
  for (const source of sources) visit(source, []);
  return cycles;
}

function pathsOf(cycle: readonly Source[]): string {
  return [...cycle, cycle[0]].map(({ path }) => path).join(' -> ');
}
