// The walls between rooms hold, and every rule about them is shown to bite on a small house that breaks it.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importViolations, ruleNames } from './import-rules.ts';
import { readRepository, readSource } from './read-repository.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('no file of this house breaks a rule', () => {
  const found = importViolations(readRepository(root));
  expect(found.map(({ rule, at, message }) => `${at} ${rule}: ${message}`)).toEqual([]);
});

describe('each rule bites', () => {
  /** What breaks in the house of that name: the folder is called like the rule. */
  const broken: Record<string, string[]> = {
    'pure-rooms-import-schemas-only': ['shared/windows/src/index.ts:1', 'shared/windows/src/index.ts:2'],
    'pure-rooms-touch-nothing': ['shared/windows/src/clock.ts:1', 'shared/windows/src/dice.ts:1', 'shared/windows/src/talk.ts:1'],
    'edges-import-schemas-only': ['shared/state/src/index.ts:1'],
    'services-import-no-service': ['services/scorer/src/index.ts:1'],
    'nothing-imports-tests': ['shared/windows/src/index.ts:1', 'shared/windows/src/index.ts:2'],
    'relative-imports-stay-inside': ['shared/windows/src/index.ts:1', 'shared/windows/src/index.ts:2'],
    'dependencies-are-declared': ['shared/windows/src/index.ts:1', 'shared/windows/src/index.ts:2'],
    'only-main-reads-the-environment': ['services/scorer/src/index.ts:1', 'services/scorer/src/index.ts:2'],
    'no-import-cycles': ['shared/windows/src/a.ts'],
  };

  test.each(ruleNames)('%s', (rule) => {
    const found = importViolations(readRepository(`${fixtures}/${rule}`));
    const own = found.filter((violation) => violation.rule === rule);
    expect(own.map(({ at }) => at).toSorted()).toEqual(broken[rule]);
  });

  test('no fixture is left over', () => {
    expect(
      readdirSync(fixtures)
        .filter((name) => name !== 'lint')
        .toSorted(),
    ).toEqual([...ruleNames].toSorted());
  });
});

test('imports are found in every form and only in code', () => {
  const source = readSource(
    'x.ts',
    `import { a } from 'one';
import type {
  B,
} from "two";
export * from './three.ts';
import 'four';
const five = await import('five'); // import 'six'
/* import 'seven' */
const text = "import 'eight'"; const url = 'https://nine';
export type { T } from 'ten';`,
  );
  expect(source.imports.map(({ specifier, line }) => `${specifier}:${line}`).toSorted()).toEqual(
    ['one:1', 'two:2', './three.ts:5', 'four:6', 'five:7', 'ten:10'].toSorted(),
  );
  expect(source.imports.filter(({ isTypeOnly }) => isTypeOnly).map(({ specifier }) => specifier)).toEqual(['two', 'ten']);
});
