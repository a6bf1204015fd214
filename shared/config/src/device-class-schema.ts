// The closed schema of one device class as people write it. What they leave out is filled in by complete-device-class.ts.
// An `example` stands in for a required setting that is wrong, so that everything else can still be checked.
import { learnerNames } from '@tocsin/schemas';
import { z } from 'zod';
import { maintenance } from './maintenance-schema.ts';

const share = z.number().gt(0).lt(1);
const text = z.string().min(1).meta({ expected: 'a text that is not empty' });

const window = z.strictObject({
  samples: z
    .int()
    .min(1)
    .max(1_048_576)
    .optional()
    .describe(
      'Samples in a window; a power of two for vibration, 1 where every sample stands for itself (slow). Default 1024 (vibration) or 32 (slow).',
    ),
  hop: z
    .int()
    .min(1)
    .optional()
    .describe('Samples between the starts of two windows. Default half a window (vibration) or an eighth (slow).'),
  latenessMs: z
    .number()
    .min(0)
    .optional()
    .describe(
      'How far behind the newest event time of its device a sample may come. Default 1000 (vibration) or two sample periods (slow).',
    ),
  maxGapSamples: z.int().min(0).optional().describe('Longest gap that is interpolated. Default 1 % of a window, rounded up.'),
  minCoverage: share.or(z.literal(1)).default(0.9).describe('Windows with a smaller share of real samples are discarded.'),
  teachCoverage: share
    .or(z.literal(1))
    .optional()
    .describe(
      'Windows with a smaller share of real samples are scored, and teach nothing. Default half-way from `minCoverage` to 1.',
    ),
  onGap: z
    .enum(['interpolate', 'mark', 'discard'])
    .default('interpolate')
    .describe(
      'Gaps of at most `maxGapSamples` are bridged, windows with longer ones or less than `minCoverage` discarded (`interpolate`); or ' +
        'these are emitted with the flag `gappy`, without features or score (`mark`); or every window with a gap is discarded (`discard`).',
    ),
  amendMs: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'Samples that come late for a window which ended less than this before the watermark amend it: it is emitted again with the same ' +
        'id and a higher `revision`. Offsets are committed so much later. 0: late is late.',
    ),
  otherRates: z
    .enum(['refuse', 'resample'])
    .default('refuse')
    .describe(
      'Readings of another rate than `rateHz`: dead letters, or low-pass filtered (kept up to 0.4 of the lower rate, gone from 0.5 on) and ' +
        'resampled; a quarter to 64 times `rateHz`. Windows then close 18 periods of the lower rate later.',
    ),
  jitter: z
    .enum(['nearest', 'linear'])
    .default('nearest')
    .describe(
      'Samples whose times lie beside the places of the grid: put on the nearest place, or (slow) values on the grid are interpolated ' +
        'between them.',
    ),
});

const features = z.strictObject({
  kind: z
    .enum(['vibration', 'slow'])
    .optional()
    .describe('Which features are extracted. Default vibration from 100 Hz on, else slow.'),
  bands: z.int().min(1).max(128).default(24).describe('Log-spaced bands of the power spectrum (vibration).'),
  wavelet: z.boolean().default(true).describe('Use the wavelet features (vibration).'),
  envelope: z.boolean().default(true).describe('Use the features of the envelope spectrum (vibration).'),
});

const decision = z.strictObject({
  falseAlarmsPerDay: z
    .number()
    .positive()
    .optional()
    .describe(
      'Budget: alerts without a cause that are tolerated per device and day. Default 1, or one in a thousand windows where a device has fewer than a thousand a day, unless `falseAlarmRate` is given.',
    ),
  falseAlarmRate: share
    .optional()
    .describe(
      'For experts, instead of `falseAlarmsPerDay`: share of normal windows that may be over the threshold, whatever alerts come of it.',
    ),
  raiseCount: z.int().min(1).default(3).describe('Windows over the threshold that open an alert, among the last `raiseOf`.'),
  raiseOf: z.int().min(1).max(31).default(5).describe('How many last windows `raiseCount` looks at.'),
  clearCount: z.int().min(1).default(5).describe('An alert closes after this many windows in a row under the threshold.'),
  clearFactor: z
    .number()
    .min(1)
    .max(1000)
    .default(10)
    .describe(
      'A lower level to close than to open: a window counts towards closing where its p-value is at least so many times the share of normal windows ' +
        'that may be over the threshold, or 0.1 where that is less. 1: under the threshold is enough.',
    ),
  cooldownMs: z
    .number()
    .min(0)
    .default(600_000)
    .describe(
      'An alert that would open within so long (event time) of the last anomalous window of the one before is that one, opened again.',
    ),
  openingsPerHour: z
    .int()
    .min(1)
    .max(255)
    .default(6)
    .describe(
      'After so many openings in an hour of the clock (event time) an alert of a device stays open until the hour is over and it is calm; ' +
        'how often it would have closed, it says. For each guard as well.',
    ),
  updateEveryMs: z
    .number()
    .min(0)
    .default(60_000)
    .describe('An open alert says no more often (event time) that it lasts or got worse; that it became critical, at once.'),
  alertFrom: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Windows of its own that a device must have taught before it may alert; 0: from the first one on, by its fleet alone. Default `supportWindows`.',
    ),
});

const guards = z.strictObject({
  silentMs: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'Alert when nothing of a device is taken for so long (log time) while others of its partition send; null: off. Where everybody in a partition is silent nobody is missed: see docs/telemetry.md.',
    ),
  flatlineWindows: z
    .int()
    .min(0)
    .max(200)
    .default(0)
    .describe('Alert when a channel does not change at all for so many windows in a row; 0: off.'),
  range: z
    .record(text, z.strictObject({ min: z.number(), max: z.number() }))
    .default({})
    .describe('Physical bounds per channel, e.g. `{ bearing: { min: -40, max: 200 } }`; alert on any sample outside.'),
  skewMs: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Alert when event time is further than this from the record's timestamp; null: off (recordings)."),
  scaleJump: z
    .boolean()
    .default(false)
    .describe("Alert when a channel's level and spread jump by a factor between units, or its spread thirtyfold."),
  drift: z
    .boolean()
    .default(false)
    .describe(
      'Alert when what a device has learnt lies far from where it stood when it became known: over 3 of its own standard deviations in over a ' +
        'tenth of its features, however slowly it came about. For machines that should stay as they are; needs keepLearning.',
    ),
});

export const deviceClassSchema = z.strictObject({
  channels: z
    .array(text)
    .min(1)
    .max(64)
    .meta({ description: 'Names of the channels, in the order of the samples.', example: ['channel'] }),
  rateHz: z.number().positive().meta({ description: 'Samples per second of every channel.', example: 1 }),
  window: window.prefault({}).describe('How samples become windows.'),
  features: features.prefault({}).describe('How windows become feature vectors.'),
  context: z
    .array(text)
    .max(16)
    .default([])
    .describe(
      'Channels (their level) or features, e.g. `[speed, load]`, that say under which conditions a device runs. The operating regimes of ' +
        'the fleet are found in them, and every window is compared with its own regime.',
    ),
  learner: z
    .enum(['auto', ...learnerNames])
    .default('auto')
    .describe(
      'How the initialisation is learned; `auto`: held-out devices of the class choose. `own`: no fleet prior; `eb`: fleet prior; ' +
        '`eb-mw`: with meta-learned weights; `-own-variance`: for devices much steadier than their fleet; `eb-own`: prior and own scale together; ' +
        '`head-…`: a head on top, for classes with labelled anomalies.',
    ),
  supportWindows: z.int().min(2).max(1000).default(10).describe('Windows a new device is learnt from before it is watched.'),
  keepLearning: z
    .boolean()
    .default(true)
    .describe('Learn on from normal windows once watched; false for machines that wear slowly from their first day.'),
  decision: decision.prefault({}).describe('How scores become alerts.'),
  guards: guards.prefault({}).describe('Checks beside the learned model; all off unless asked for.'),
  maintenance: z
    .array(maintenance)
    .max(1000)
    .default([])
    .describe(
      'Planned work, e.g. `{ devices: line-3-*, days: [sat, sun], from: "22:00", to: "06:00", zone: Europe/Berlin, note: cleaning }` every week, or ' +
        '`{ from: "2026-12-24T18:00:00+01:00", to: "2026-12-27T06:00:00+01:00" }`. Windows that overlap it (event time) are scored and ' +
        'flagged `maintenance`; they teach nothing and raise no alert.',
    ),
  idleMs: z
    .number()
    .positive()
    .optional()
    .describe(
      'A device silent for longer has its open windows closed. Default 60000, or ten sample periods where that is longer.',
    ),
  futureMs: z.number().min(0).default(300_000).describe("Event times further ahead of their record's timestamp are refused."),
  pastMs: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      "Event times further behind their record's timestamp are refused; null refuses none, so that recordings can be replayed.",
    ),
});

export type DeviceClassInput = z.output<typeof deviceClassSchema>;
