// Zod schemas in the form that Fastify validates with and that the OpenAPI document shows.
import { z } from 'zod';

/** Of what comes in; defaults are filled in. */
export function inputSchema(schema: z.ZodType): object {
  return plain(z.toJSONSchema(schema, { target: 'draft-7', io: 'input', override: tidy }));
}

/** Of what goes out. */
export function outputSchema(schema: z.ZodType): object {
  return plain(z.toJSONSchema(schema, { target: 'draft-7', io: 'output', override: tidy }));
}

/** Zod bounds whole numbers by what a double can hold, which tells nobody anything. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}

function plain(schema: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema'));
}
