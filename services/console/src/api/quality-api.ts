// What the API says of the quality of what comes in: windows with holes, and records that were refused.
import { z } from 'zod';
import { rejectionReasons } from '@tocsin/schemas';

const reason = z.enum(rejectionReasons);

export const windowQuality = z.strictObject({
  deviceClass: z.string(),
  windows: z.int(),
  interpolated: z.int(),
  gappy: z.int(),
  notFinite: z.int(),
  amended: z.int().describe('Windows that samples which came late have changed.'),
  guarded: z.int(),
  meanCoverage: z.number(),
});

export const qualityPage = z.strictObject({
  classes: z.array(windowQuality),
  letters: z.strictObject({ total: z.int(), redriven: z.int(), byReason: z.record(z.string(), z.int()) }),
  late: z.strictObject({ topic: z.string(), records: z.int() }).nullable().describe('Null where `topics.late` is not set.'),
  sinceMs: z.number().nullable().describe('Log time of the oldest window counted here.'),
  canRedrive: z.boolean(),
});
export type QualityPage = z.output<typeof qualityPage>;

export const lettersQuery = z.strictObject({
  reason: reason.optional(),
  q: z.string().max(512).default('').describe('Only letters whose key, topic or message contains this text.'),
  limit: z.int().min(1).max(500).default(100),
});
export type LettersQuery = z.output<typeof lettersQuery>;

export const letterRow = z.strictObject({
  id: z.string(),
  refusedAtMs: z.number(),
  reason,
  stage: z.string(),
  topic: z.string(),
  key: z.string(),
  bytes: z.int(),
  message: z.string(),
  redriven: z.strictObject({ atMs: z.number(), who: z.string() }).nullable(),
});
export type LetterRow = z.output<typeof letterRow>;

export const lettersPage = z.strictObject({
  letters: z.array(letterRow).describe('The newest that are kept, newest first.'),
  kept: z.int(),
});
export type LettersPage = z.output<typeof lettersPage>;

export const letterQuery = z.strictObject({ id: z.string().min(1).max(300) });

export const letterDetail = z.strictObject({
  letter: letterRow,
  headers: z.record(z.string(), z.string()),
  hex: z.array(z.string()).describe('The first bytes of its value, as a dump.'),
  now: z.string().describe('What would become of the record if it came again.'),
  wouldBeTaken: z.boolean().nullable(),
  decoded: z
    .strictObject({
      deviceId: z.string(),
      deviceClass: z.string(),
      startMs: z.number(),
      endMs: z.number(),
      rateHz: z.number(),
      channels: z.array(z.strictObject({ name: z.string(), first: z.array(z.number()), samples: z.int() })),
    })
    .nullable(),
});
export type LetterDetail = z.output<typeof letterDetail>;

export const redriveBody = z.strictObject({
  ids: z.array(z.string().min(1).max(300)).min(1).max(200).optional(),
  reason: reason.optional(),
  dryRun: z.boolean().default(false),
  force: z.boolean().default(false).describe('Also what was sent before, and what would be refused again.'),
  who: z.string().trim().min(1).max(80).optional(),
});
export type RedriveBody = z.output<typeof redriveBody>;

export const redriveResult = z.strictObject({
  chosen: z.int(),
  sent: z.int(),
  before: z.int().describe('Sent again before, and therefore not now.'),
  late: z.int().describe('Of those sent: too late, the device has been judged on later windows.'),
  refused: z.array(z.strictObject({ reason: z.string(), letters: z.int(), message: z.string() })),
  isDryRun: z.boolean(),
});
export type RedriveResult = z.output<typeof redriveResult>;
