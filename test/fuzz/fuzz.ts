// `npm run fuzz -- --megabytes 10 --seed N --part telemetry|registry|state|config`: hostile input until so many bytes are through.
// Prints what became of it; exits with 1 where anything crashed, stalled, was refused without a trace or came out wrong.
import { parseArgs } from 'node:util';
import { fuzzParts } from './fuzz-parts.ts';
import { count, replayCommand } from './outcome.ts';

const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '10' }, seed: { type: 'string' }, part: { type: 'string' } },
});
const parts = fuzzParts.filter(({ name }) => values.part === undefined || name === values.part);
const bytesWanted = 1e6 * Number(values.megabytes);
const seedFrom = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
if (parts.length === 0 || !(bytesWanted > 0) || !Number.isInteger(seedFrom))
  throw new Error(
    `--part is one of ${fuzzParts.map(({ name }) => name).join(', ')}; --megabytes is above 0, --seed a whole number`,
  );

let [bytesInAll, inputsInAll, failed] = [0, 0, false];
say(`seeds from ${seedFrom}`);
const startedMs = performance.now();
for (const { name, part, share, roundBytes } of parts) {
  const bytesOfPart = parts.length === 1 ? bytesWanted : bytesWanted * share;
  const fates = new Map<string, number>();
  let [bytes, inputs] = [0, 0];
  for (let round = 0; bytes < bytesOfPart && !failed; round++) {
    const [seed, roundLength] = [seedFrom + round, Math.min(roundBytes, bytesOfPart - bytes)];
    const outcome = await part(seed, roundLength);
    bytes += outcome.bytes;
    inputs += outcome.inputs;
    for (const [fate, n] of outcome.fates) count(fates, fate, n);
    if (outcome.problems.length === 0) continue;
    failed = true;
    say(`${name}: ${replayCommand(name, seed, roundLength)}`);
    for (const problem of outcome.problems) say(`  ${problem}`);
  }
  say(`\n${name}: ${inputs} inputs, ${bytes} bytes`);
  for (const [fate, n] of [...fates].toSorted((a, b) => b[1] - a[1])) say(`  ${String(n).padStart(8)}  ${fate}`);
  bytesInAll += bytes;
  inputsInAll += inputs;
}
say(
  `\n${inputsInAll} inputs, ${bytesInAll} bytes in ${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${failed ? 'failed' : 'no crash, no stall'}`,
);
process.exit(failed ? 1 : 0);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
