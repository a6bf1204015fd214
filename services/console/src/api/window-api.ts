// What the API says of one window: why it scored as it did, and what its samples looked like.
import { z } from 'zod';
import { contributionView } from './alerts-api.ts';

export const windowQuery = z.strictObject({
  device: z.string().min(1).max(512),
  id: z.string().max(100).optional().describe('Id of a window or an alert; left out, the newest window.'),
});
export type WindowQuery = z.output<typeof windowQuery>;

export const waveform = z.strictObject({
  rateHz: z.number(),
  startMs: z.number(),
  alertId: z.string(),
  channels: z.array(z.strictObject({ name: z.string(), samples: z.array(z.number()) })),
});
export type WaveformView = z.output<typeof waveform>;

export const likeness = z.strictObject({
  alertId: z.string().nullable().describe('Null where its alert is no longer known here.'),
  startMs: z.number().nullable(),
  distance: z.number().describe('Root mean square over all features, in standard deviations of this device.'),
  who: z.string().nullable(),
  note: z.string().nullable(),
});
export type Likeness = z.output<typeof likeness>;

export const windowDetail = z.strictObject({
  windowId: z.string(),
  deviceId: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  score: z.number().nullable(),
  threshold: z.number().nullable(),
  pValue: z.number().nullable(),
  modelVersion: z.int(),
  supportWindows: z.int(),
  coverage: z.number(),
  flags: z.array(z.string()),
  features: z
    .array(contributionView)
    .describe('Every feature, in the order of the vector, against what the model of the device expects; shares add up to 1.'),
  nearest: likeness.nullable().describe('The window most like it among those of this device that people called real.'),
  explainedBy: z.string().nullable().describe('The model that this was asked of: the device as it is now.'),
  problem: z.string().nullable().describe('Why there is no explanation.'),
  waveform: waveform.nullable(),
});
export type WindowDetail = z.output<typeof windowDetail>;
