// What the API says of initialisations.
import { z } from 'zod';

export const candidateView = z.strictObject({
  learner: z.string(),
  auroc: z.number(),
  gain: z.number(),
  error: z.number().nullable(),
  devices: z.int(),
  judgedOn: z.enum(['labels', 'pseudo-anomalies']),
});

export const modelView = z.strictObject({
  deviceClass: z.string(),
  version: z.int(),
  stage: z.enum(['current', 'canary', 'withdrawn', 'earlier']),
  share: z.number().nullable().describe('Of the devices, for a canary.'),
  createdAtMs: z.number(),
  checksum: z.string(),
  specHash: z.string(),
  learner: z.string(),
  algorithm: z.string(),
  backend: z.string(),
  devicesTrained: z.int(),
  devicesHeldOut: z.int(),
  windows: z.int(),
  heldOut: z.number().nullable().describe('AUROC on devices that took no part, of what was chosen.'),
  previous: z.number().nullable().describe('The same of the initialisation that was in use before.'),
  seconds: z.number(),
  verdict: z.string(),
  candidates: z.array(candidateView).describe('Everything that was tried, simplest first.'),
  devicesUsing: z.int().describe('Devices whose newest window it scored.'),
});
export type ModelView = z.output<typeof modelView>;

export const modelsPage = z.strictObject({
  classes: z.array(z.strictObject({ name: z.string(), devices: z.int(), versions: z.array(modelView) })),
});
export type ModelsPage = z.output<typeof modelsPage>;

export const versionEntry = z.strictObject({
  version: z.int(),
  stage: z.enum(['canary', 'current', 'replaced', 'withdrawn', 'rolled-back']),
  share: z.number().nullable().describe('Of the devices, for a canary.'),
  restores: z.int().nullable().describe('The version whose content it is.'),
  sinceMs: z.number(),
  by: z.string(),
  reason: z.string(),
  canReturn: z.boolean().describe('Its content can be brought back.'),
});
export type VersionEntry = z.output<typeof versionEntry>;

export const versionHistory = z.strictObject({
  deviceClass: z.string(),
  current: z.int().nullable(),
  canary: z.int().nullable(),
  before: z.int().nullable().describe('What a rollback brings back unless another version is named.'),
  versions: z.array(versionEntry).describe('What became of each, newest first.'),
});
export type VersionHistory = z.output<typeof versionHistory>;

export const historyPage = z.strictObject({ canChange: z.boolean(), classes: z.array(versionHistory) });
export type HistoryPage = z.output<typeof historyPage>;

export const changeBody = z.strictObject({
  deviceClass: z.string().min(1).max(200),
  action: z.enum(['promote', 'withdraw', 'rollback']),
  version: z
    .int()
    .min(1)
    .describe(
      'What is tried, for promote and withdraw; what is current, for rollback. Refused where that is another one by now.',
    ),
  to: z.int().min(1).optional().describe('For rollback: the version whose content is brought back.'),
  who: z.string().trim().min(1).max(80).optional(),
});
export type ChangeBody = z.output<typeof changeBody>;
