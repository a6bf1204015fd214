// A little of `npm run fuzz` each time, once with a seed that stays and once with a fresh one; what fails is told with the command
// that runs exactly it again.
import { describe, expect, test } from 'vitest';
import { fuzzParts } from './fuzz-parts.ts';
import { replayCommand } from './outcome.ts';

const fresh = Date.now() % 2 ** 31;
const bytes = 60_000;
process.stdout.write(`fuzzing with seed ${fresh}\n`);

describe.each(fuzzParts)('$name', ({ name, part }) => {
  test.each([1, fresh])('seed %i: no crash, no stall, nothing refused without a trace', { timeout: 90_000 }, async (seed) => {
    const { problems, inputs } = await part(seed, bytes);
    expect(problems.length === 0 ? [] : [replayCommand(name, seed, bytes), ...problems]).toEqual([]);
    expect(inputs).toBeGreaterThan(0);
  });
});
