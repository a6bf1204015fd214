// What the simulator lets happen to a fleet rather than to a machine.
import { z } from 'zod';

const seconds = z.number().positive();

export const commonCause = z.strictObject({
  everyS: seconds
    .nullable()
    .default(null)
    .describe(
      'Mean time between common causes, in seconds: more load for all, or one weak phase of their supply. Null for none; the first after `healthyS`.',
    ),
  lastS: seconds.default(60).describe('Mean length of one, in seconds.'),
  share: z.number().min(0).max(1).default(0.8).describe('Share of the machines that one reaches, drawn anew each time.'),
  jitterS: z.number().min(0).default(3).describe('Within so many seconds all of those feel it.'),
});
