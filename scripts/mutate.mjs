// Does anything notice when a rule of delivery is undone? Each rule is undone by itself in a copy of the sources, and the simulator run
// on the copy, or the test named beside rules that another one covers in nearly all that the simulator plays; a mutation that
// passes is a failure. `node scripts/mutate.mjs [part of a name]`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const schedules = 600;

const guardTest = 'services/scorer/src/process-batch.test.ts';

/** @type {{ rule: string, file: string, from: string, to: string, base?: number, amendMs?: number, test?: string }[]} */
const mutations = [
  {
    rule: 'storm rule 1: the emission frontier never goes back',
    file: 'services/scorer/src/process-batch.ts',
    from: 'partition.emitted = Math.max(partition.emitted, partition.next);',
    to: 'partition.emitted = partition.next;',
  },
  {
    rule: 'storm rule 1: no commit before a replay has caught up',
    file: 'services/scorer/src/partition.ts',
    from: 'if (partition.next < partition.emitted) return null;',
    to: 'partition.emitted = partition.next;',
  },
  {
    rule: 'storm rule 2: the frontier in the store does not decide what is in a window',
    file: 'services/scorer/src/pipeline.ts',
    from: '      device.lastSeenMs = partition.logTimeMs;',
    to: '      if (readingEndMs(reading) <= device.state.frontierMs) return;\n      device.lastSeenMs = partition.logTimeMs;',
  },
  {
    rule: 'storm rule 3: nothing committed is the start of the log only where that is asked for',
    file: 'shared/transport/src/resume.ts',
    from: "startFrom === 'latest' ? endOffset : startOffset",
    to: 'endOffset',
  },
  {
    rule: 'storm rule 4: what a handler changed before it threw is dropped',
    file: 'services/scorer/src/process-batch.ts',
    from: 'if (known !== undefined && known.epoch === batch.epoch) return known;',
    to: 'if (known !== undefined) return known;',
  },
  {
    rule: 'epoch guard after a call',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '  if (batch.isStale()) throw new PartitionLost();\n  return result;',
    to: '  return result;',
  },
  {
    // Two owners at once say the same, and an old one is stopped by the group: only something outside of it comes here.
    rule: 'a compare-and-set that lost starts over',
    test: 'test/pipeline/conflicts.test.ts',
    file: 'services/scorer/src/store-devices.ts',
    from: 'throw new StateConflict(entries.map(({ deviceId }) => deviceId));',
    to: 'return;',
  },
  {
    rule: 'the commit is held back to what open windows need',
    file: 'services/scorer/src/partition.ts',
    from: 'firstNeededOffset(device.windows), ',
    to: '',
  },
  {
    rule: 'the frontier in the store suppresses',
    file: 'services/scorer/src/pipeline.ts',
    from: 'offset < partition.emitted || endMs <= device.state.frontierMs',
    to: 'offset < partition.emitted',
  },
  {
    rule: 'the frontier covers windows too full of holes',
    file: 'services/scorer/src/pipeline.ts',
    from: '      moveOn(device, endMs);\n',
    to: '      device.isDirty = true;\n',
  },
  {
    rule: 'silence is told once',
    base: 340,
    file: 'services/scorer/src/guard.ts',
    from: 'if (state.frontierMs > gridMs(watermark, deviceClass.rateHz)) return null;',
    to: '',
  },
  {
    rule: 'silence is held back to the watermark',
    file: 'services/scorer/src/partition.ts',
    from: 'offset = Math.min(offset, device.windows.headOffset)',
    to: 'offset = Math.min(offset, device.lastOffset)',
  },
  {
    rule: 'epoch guard before a call',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '    if (batch.isStale()) throw new PartitionLost();\n    return call();',
    to: '    return call();',
  },
  {
    rule: 'the group is asked before a batch is begun',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '      await stillOurs(batch);\n',
    to: '',
  },
  {
    rule: 'the group is asked after a bundle or label was stored',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '    await stillOurs(batch);\n  }\n  const { alerts',
    to: '  }\n  const { alerts',
  },
  {
    rule: 'what is replayed keeps the bundle named in the state',
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'if (isInStore && isReplayed)',
    to: 'if (false)',
  },
  {
    rule: 'a bundle taken up is stored before anything is sent under it',
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'if (isSwitch) mark(device);',
    to: '',
  },
  {
    rule: 'a device met for the first time is stored before anything of it is sent, also without a bundle',
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'if (!isInStore) mark(device);',
    to: '',
  },
  {
    rule: 'a label takes effect only where nobody has been',
    file: 'services/scorer/src/fold-labels.ts',
    from: 'if (next.offset < partition.freshFrom) return 0;',
    to: '',
  },
  {
    rule: 'a label is stored before anything that follows from it is sent',
    file: 'services/scorer/src/process-batch.ts',
    from: 'if (settled + changed > 0) {',
    to: 'if (settled > 0) {',
  },
  {
    rule: 'what a label closed is said by whoever finds it in the state',
    test: 'test/pipeline/label-failures.test.ts',
    file: 'shared/models/src/device-state-codec.ts',
    from: '{ owed: readOwed(reader) }',
    to: '(readOwed(reader), {})',
  },
  {
    rule: 'log time goes on where it was',
    base: 220,
    file: 'services/scorer/src/partition.ts',
    from: "logTimeMs: noted(resumedFrom.metadata, 't') ?? -Infinity,",
    to: 'logTimeMs: -Infinity,',
  },
  {
    // The frontier covers it where windows are never amended, except for what is sent on as late.
    rule: 'windows are made anew where the clock of a silent device is forgotten',
    test: 'test/pipeline/let-go.test.ts',
    file: 'services/scorer/src/let-go.ts',
    from: '  beginAnew(device);',
    to: '',
  },
  {
    rule: 'nobody resumes where a device would seem to leap',
    test: 'shared/windows/src/device-clock.test.ts',
    file: 'shared/windows/src/device-clock.ts',
    from: '  if (startMs - clock.lowMs > boundMs) keepSafe(clock, offset - 1);\n',
    to: '',
  },
  {
    rule: 'a scorer that cannot load the bundle does not start without it',
    test: 'test/pipeline/bundles.test.ts',
    file: 'services/scorer/src/initialisations.ts',
    from: 'if (current !== null) await adopt(current);',
    to: 'if (current !== null) await adopt(current).catch(() => null);',
  },
  {
    rule: 'the reference is as exact in memory as it is in the store',
    file: 'shared/models/src/moments.ts',
    from: '(each > 0 ? bfloat16(1 / each) : 0)',
    to: '(each > 0 ? 1 / each : 0)',
  },
  {
    rule: 'the model follows what an alert takes back',
    file: 'services/scorer/src/quarantine.ts',
    from: '  goBackTo(state.support, before);\n  refreshModel(device);',
    to: '  goBackTo(state.support, before);',
  },
  {
    rule: 'a revision that was said is not said again under a later state',
    amendMs: 1500,
    file: 'services/scorer/src/amend.ts',
    from: 'offset < emitted || (offset < freshFrom && offset <= at)',
    to: 'offset < emitted',
  },
  {
    rule: 'windows that were sealed stay so for whoever comes next',
    amendMs: 700,
    file: 'services/scorer/src/let-go.ts',
    from: '  sealWindows(windows, (state.amendments ?? noAmendments).sealedMs);',
    to: '  sealWindows(windows, noAmendments.sealedMs);',
  },
  {
    // One schedule in thirteen thousand: a leap, a silence, two labels, and a death between the second and the next commit.
    rule: 'silence under maintenance is no news for whoever reads it again when that is over',
    test: 'test/pipeline/guards.test.ts',
    file: 'services/scorer/src/guard.ts',
    from: "const guards = isUnderMaintenance(state.labels, logTimeMs) ? expectBreach(state.guards, 'silent') : state.guards;",
    to: 'if (isUnderMaintenance(state.labels, logTimeMs)) return null;\n  const { guards } = state;',
  },
  {
    rule: 'a device under maintenance is waited for like any other',
    test: 'test/pipeline/guards.test.ts',
    file: 'services/scorer/src/silence.ts',
    from: '  if (deviceClass.guards.silentMs === null) return false;',
    to: '  if (deviceClass.guards.silentMs === null || state.labels.maintenance !== null) return false;',
  },
  {
    rule: 'partitions that were lost are forgotten with their devices',
    test: 'test/pipeline/handing-over.test.ts',
    file: 'services/scorer/src/process-batch.ts',
    from: 'if (!keys.has(key)) partitions.delete(key);',
    to: 'if (keys.size < 0) partitions.delete(key);',
  },
  {
    rule: 'a bundle of before is loaded by its version',
    test: 'test/pipeline/bundles.test.ts',
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'const bundle = await initialisations.version(deviceClass.name, state.modelVersion);',
    to: 'const bundle = initialisations.current(deviceClass.name);',
  },
  {
    rule: 'an alert that opens drops what was gathered, and takes back what was learnt last',
    test: 'test/pipeline/quarantine.test.ts',
    file: 'services/scorer/src/decide.ts',
    from: "    if (alert?.state === 'opened') doubt(device, 'dropped_alert', onBlock);\n",
    to: '',
  },
  {
    rule: 'what is learnt stays within reach of where the device stood',
    test: 'services/scorer/src/quarantine.test.ts',
    file: 'services/scorer/src/quarantine.ts',
    from: 'reference === null ? 0 : keepNear(support, reference, plan.reachMax)',
    to: '0',
  },
  {
    rule: 'a block waits for windows that confirm it',
    test: 'services/scorer/src/quarantine.test.ts',
    file: 'services/scorer/src/quarantine.ts',
    from: 'if (confirmed < plan.confirmWindows) {',
    to: 'if (confirmed < 1) {',
  },
  {
    rule: 'a store that hangs is waited for with a heartbeat',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: 'beatWhile(parts.every, batch.heartbeat, () => untilReachable(whileOurs, { ...parts.wait, onRetry }))',
    to: 'untilReachable(whileOurs, { ...parts.wait, onRetry })',
  },
  {
    rule: 'a walk ends after the record at which its time is over',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: 'while (at < records.length && wait.now() < endMs);',
    to: 'while (at < records.length);',
  },
  {
    rule: 'windows too full of holes for it do not teach',
    test: 'test/pipeline/gaps.test.ts',
    file: 'services/scorer/src/decide.ts',
    from: '{ ...plan, teachCoverage }',
    to: '{ ...plan, teachCoverage: 0 }',
  },
  {
    rule: 'a device belongs to one partition until it has been silent there',
    test: 'services/scorer/src/claims.test.ts',
    file: 'services/scorer/src/claims.ts',
    from: 'if (record.timestampMs <= untilMs || claim.moves',
    to: 'if (claim.moves',
  },
];

const startedMs = performance.now();
const copy = mkdtempSync(join(tmpdir(), 'tocsin-mutate-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
copySources();

const wanted = mutations.filter(({ rule }) => rule.includes(process.argv[2] ?? ''));
for (const { file, from } of wanted)
  if (readFileSync(join(copy, file), 'utf8').split(from).length !== 2)
    throw new Error(`${file}: expected exactly one '${from}'; bring scripts/mutate.mjs up to date`);
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
