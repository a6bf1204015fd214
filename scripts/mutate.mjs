// Does anything notice when a rule of delivery is undone? Each rule is undone by itself in a copy of the sources, and the simulator run
// on the copy, or the test named beside rules that another one covers in nearly all that the simulator plays; a mutation that
// passes is a failure. `node scripts/mutate.mjs [part of a name]`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutations } from './mutations.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const schedules = 600;

const startedMs = performance.now();
const copy = mkdtempSync(join(tmpdir(), 'tocsin-mutate-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
copySources();

const wanted = mutations.filter(({ rule }) => rule.includes(process.argv[2] ?? ''));
for (const { file, from } of wanted)
  if (readFileSync(join(copy, file), 'utf8').split(from).length !== 2)
    throw new Error(`${file}: expected exactly one '${from}'; bring scripts/mutations.mjs up to date`);
const tests = new Set(wanted.flatMap(({ test }) => test ?? []));
let survivors = simulate('nothing undone', 300) ? 1 : 0;
for (const test of tests) if (runTest('nothing undone', test)) survivors += 1;
for (const { rule, file, from, to, test, ...where } of wanted) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, source.replace(from, to));
  const isFound = test === undefined ? simulate(rule, schedules, where) : runTest(rule, test);
  if (!isFound) survivors += 1;
  writeFileSync(path, source);
}
const seconds = Math.round((performance.now() - startedMs) / 1000);
console.log(`${survivors === 0 ? 'every mutation was found' : `${survivors} not as expected`}, in ${seconds} s`);
process.exitCode = survivors === 0 ? 0 : 1;

/** Does a seed fail? @param {string} name @param {number} count @param {{ base?: number, amendMs?: number }} where */
function simulate(name, count, { base = 1, amendMs = 0 } = {}) {
  const file = 'test/simulation/simulate.ts';
  const args = [
    'node_modules/tsx/dist/cli.mjs',
    '--conditions=@tocsin/source',
    file,
    '--schedules',
    `${count}`,
    '--base',
    `${base}`,
    '--amend',
    `${amendMs}`,
    '--first',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  if (!stdout.includes('| schedules |')) throw new Error(`the simulator did not run: ${stdout}${stderr}`);
  const found = /^seed \d+: .*$/m.exec(stdout)?.[0] ?? null;
  console.log(`${name}: ${found === null ? `nothing found in ${count} schedules` : `found, ${found.slice(0, 100)}`}`);
  return found !== null;
}

/** Does the test fail? @param {string} name @param {string} test */
function runTest(name, test) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', test], {
    cwd: copy,
    encoding: 'utf8',
  });
  if (!/Tests .*(passed|failed)/.test(stdout)) throw new Error(`the test did not run: ${stdout}${stderr}`);
  console.log(`${name}: ${status === 0 ? `nothing found by ${test}` : `found by ${test}`}`);
  return status !== 0;
}

/** The sources, with every dependency but our own packages taken from here. */
function copySources() {
  const isSource = (/** @type {string} */ path) => !/\/(dist|node_modules|\.git)(\/|$)/.test(path.slice(root.length - 1));
  for (const name of ['shared', 'services', 'test', 'package.json', 'vitest.config.ts', 'tsconfig.base.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: isSource });
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@tocsin'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@tocsin') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const folder of ['shared', 'services'])
    for (const name of readdirSync(join(copy, folder))) symlinkSync(join(copy, folder, name), join(modules, '@tocsin', name));
}
