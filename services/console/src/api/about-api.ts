// What a page needs to know before anything else, and the form of every error.
import { z } from 'zod';
import { classView } from './fleet-api.ts';

export const about = z.strictObject({
  version: z.string(),
  user: z.string().nullable().describe('Name under which this request came; null where nobody had to say who they are.'),
  classes: z.array(classView),
  historyWindows: z.int().describe('Windows that are kept of a device, at most.'),
  nowMs: z.number(),
});
export type About = z.output<typeof about>;

export const problem = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    field: z.string().nullable(),
    value: z.string().nullable(),
    expected: z.string().nullable(),
    remedy: z.string(),
  }),
});
export type Problem = z.output<typeof problem>;
