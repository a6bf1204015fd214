// How long an id that the registry does not know is left alone.
import { expect, test } from 'vitest';
import { createWriterSchemas } from './writer-schemas.ts';

const value = Uint8Array.of(0, 0, 0, 0, 7, 1);

test.each([
  ['right afterwards', 1000, 1],
  ['when its time is over', 31_000, 2],
  ['when the clock was set back', -3_600_000, 2],
])('an unknown id, asked for again %s', async (_, laterMs, asked) => {
  let [nowMs, asks] = [0, 0];
  const registry = { schemaOf: async () => (asks++, null), ping: async () => '' };
  const schemas = createWriterSchemas(
    registry,
    undefined,
    () => nowMs,
    () => undefined,
  );
  await schemas.prepare([value]);
  nowMs += laterMs;
  await schemas.prepare([value]);
  expect(asks).toBe(asked);
  expect(schemas.decoderOf(7)).toBeNull();
});
