// Configurations that somebody got wrong: the example mutated as data and as text. Every answer is a configuration or a list of
// mistakes that each name place, value, expectation and remedy; never an error of the program.
import { readFileSync } from 'node:fs';
import { ConfigError, loadConfig, type Mistake } from '@tocsin/config';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { count, emptyOutcome, type FuzzPart } from './outcome.ts';

const example = readFileSync(new URL('../../tocsin.example.yaml', import.meta.url), 'utf8');
/** With every remark that shows a setting turned into one. */
const fullExample = example.replaceAll(
  /^(\s*)# (?=(?:registry|mapping|ssl|sasl|directory|cluster|partitions|window|features|supportWindows|decision|guards|context|idleMs|backend|minDevices)\b)/gm,
  '$1',
);

type Step = { at: number[]; change: 'replace' | 'remove' | 'add' | 'wrap' | 'rename'; name: string; value: unknown };

const names = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    '',
    'classes',
    'window',
    'rateHz',
    'channels',
    'null',
    '0',
  ),
  fc.string({ maxLength: 12, unit: 'binary' }),
);
const scalars = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    1e308,
    1e-308,
    'redis://',
    'http://[',
    'localhost:99999999',
    '=',
    '//@',
  ),
  fc.string({ maxLength: 30, unit: 'binary' }),
  fc.double(),
  fc.integer(),
);
const values = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    scalars,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(names, tie('any'), { maxKeys: 4 }),
  ),
})).any;
const steps = fc.array(
  fc.record<Step>({
    at: fc.array(fc.nat(12), { maxLength: 5 }),
    change: fc.constantFrom('replace', 'remove', 'add', 'wrap', 'rename'),
    name: names,
    value: values,
  }),
  { minLength: 1, maxLength: 4 },
);
const edits = fc.array(
  fc.record({
    at: fc.nat(5000),
    drop: fc.nat(8),
    text: fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        '- ',
        ': ',
        '&a ',
        '*a',
        '!!binary ',
        '<<: ',
        '"',
        "'",
        '\t',
        '|',
        '%',
        '\u0000',
        '? ',
        '#',
        '\n',
      ),
      fc.string({ maxLength: 6, unit: 'binary' }),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);
const documents = fc.oneof(
  { weight: 6, arbitrary: steps.map((each) => mutated(each)) },
  {
    weight: 4,
    arbitrary: edits.map((each) =>
      each.reduce(
        (text, { at, drop, text: put }) =>
          text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + drop),
        fullExample,
      ),
    ),
  },
  { weight: 1, arbitrary: values.map((value) => JSON.stringify(value) ?? '') },
  { weight: 1, arbitrary: fc.string({ maxLength: 300, unit: 'binary' }) },
);
const environments = fc.dictionary(
  fc.oneof(
    fc.constantFrom(
      'TOCSIN_SCORER_HTTP_PORT',
      'KAFKA_BROKERS',
      'REDIS_URL',
      'TOCSIN_TRANSPORT_SASL_USERNAME',
      'TOCSIN_LOG_LEVEL',
      'TOCSIN_TOPICS_TELEMETRY',
      'TOCSIN_MAPPING_VALUES',
    ),
    fc.string({ maxLength: 8 }).map((name) => `TOCSIN_${name}`),
  ),
  fc.string({ maxLength: 20, unit: 'binary' }),
  { maxKeys: 2 },
);

export const fuzzConfig: FuzzPart = async (seed, bytes) => {
  const outcome = emptyOutcome();
  const property = fc.property(documents, environments, (file, env) => {
    outcome.inputs += 1;
    outcome.bytes += Buffer.byteLength(file);
    count(outcome.fates, fateOf(file, env));
  });
  const result = fc.check(property, { seed, numRuns: Math.max(20, Math.round(bytes / 2500)) });
  if (result.failed)
    outcome.problems.push(
      `${result.errorInstance instanceof Error ? result.errorInstance.stack : ''}; shrunk to ${JSON.stringify(result.counterexample)}`,
    );
  return outcome;
};

function fateOf(file: string, env: Record<string, string>): string {
  let mistakes: readonly Mistake[];
  try {
    const config = loadConfig({ file, env });
    for (const one of Object.values(config.classes))
      if (!(one.rateHz > 0 && one.window.samples >= 1)) throw new Error(`a class that cannot be: ${JSON.stringify(one)}`);
    return 'loaded';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    mistakes = error.mistakes;
  }
  for (const mistake of mistakes)
    for (const [field, text] of Object.entries(mistake))
      if (typeof text !== 'string' || (text === '' && field !== 'value') || text.length > 2000)
        throw new Error(`a mistake without ${field}: ${JSON.stringify(mistake)}`);
  if (mistakes.length === 0) throw new Error('refused without a mistake');
  return `${Math.min(mistakes.length, 5)}${mistakes.length > 4 ? ' or more' : ''} mistakes`;
}

/** The example as data with some of its parts changed, as YAML again. */
function mutated(changes: readonly Step[]): string {
  const root: unknown = parse(fullExample) ?? {};
  for (const { at, change, name, value } of changes) {
    let [holder, key] = [root, ''];
    for (const step of [...at, 0]) {
      const keys = typeof holder === 'object' && holder !== null ? Object.keys(holder) : [];
      if (keys.length === 0) break;
      key = keys[step % keys.length];
      const inner: unknown = Reflect.get(Object(holder), key);
      if (typeof inner !== 'object' || inner === null || step === 0) break;
      holder = inner;
    }
    if (typeof holder !== 'object' || holder === null) continue;
    if (Array.isArray(holder) && (change === 'add' || change === 'rename')) {
      holder.push(value);
      continue;
    }
    const there: unknown = Reflect.get(holder, key);
    if (change === 'remove' || change === 'rename') Reflect.deleteProperty(holder, key);
    if (change === 'replace') Reflect.set(holder, key, value);
    if (change === 'wrap') Reflect.set(holder, key, [there]);
    if (change === 'rename')
      Object.defineProperty(holder, name, { value: there, enumerable: true, configurable: true, writable: true });
    if (change === 'add') Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return stringify(root);
}
