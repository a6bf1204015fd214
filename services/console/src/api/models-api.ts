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
