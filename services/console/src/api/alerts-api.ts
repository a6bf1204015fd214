// What the API says of alerts and of what people said to them.
import { z } from 'zod';
import { batchKinds, guardKinds, labelVerdicts, verdicts } from '@tocsin/schemas';

const id = z.string().min(1).max(600);

export const batchView = z.strictObject({
  batchId: z.string(),
  about: z.enum(batchKinds).describe('Alerts that stood together in a list, or a common-cause incident.'),
  labels: z.int().describe('Alerts that the whole answer was about, as far as they are known here.'),
});
export type BatchView = z.output<typeof batchView>;

export const labelView = z.strictObject({
  labelId: z.string(),
  deviceId: z.string(),
  subjectId: z.string(),
  verdict: z.enum(labelVerdicts),
  who: z.string(),
  atMs: z.number(),
  note: z.string(),
  undoes: z.string().nullable().describe('Label that this one takes back.'),
  isUndone: z.boolean(),
  stands: z.boolean().describe('Of several on one subject the latest that was not undone.'),
  batch: batchView.nullable().describe('The answer that it is part of; null where it was about this subject only.'),
  inEffect: z.enum(['yes', 'waiting', 'unknown']).describe('Whether the device has taken it up, as far as the store says.'),
});
export type LabelView = z.output<typeof labelView>;

export const contributionView = z.strictObject({
  feature: z.string(),
  channel: z.string(),
  block: z.string(),
  unit: z.enum(['ln', 'ratio', 'shape', 'value', 'slope']),
  share: z.number(),
  actual: z.number(),
  expected: z.number(),
  deviation: z.number(),
});
export type ContributionView = z.output<typeof contributionView>;

export const alertLives = ['open', 'acknowledged', 'closed'] as const;

export const alertView = z.strictObject({
  alertId: z.string(),
  revision: z.int(),
  life: z.enum(alertLives).describe('`acknowledged`: still going on, and somebody has said something of it.'),
  deviceId: z.string(),
  deviceClass: z.string(),
  guard: z.enum(guardKinds).nullable().describe('Which check raised it; null for the model.'),
  severity: z.enum(['warning', 'critical']),
  startMs: z.number(),
  endMs: z.number(),
  openedMs: z.number().describe('When its first record was written to the log.'),
  updatedMs: z.number(),
  score: z.number(),
  threshold: z.number(),
  pValue: z.number(),
  windows: z.int(),
  isHeld: z.boolean().describe('It goes on, and nothing more is said of it because work is planned on the device now.'),
  openings: z.int().describe('How often it has been opened: more than once where it came back soon after it had closed.'),
  swings: z.int().describe('How often it would have been closed since, and was not because it comes and goes.'),
  contributions: z.array(contributionView),
  modelVersion: z.int(),
  supportWindows: z.int(),
  confidence: z.enum(['prior', 'cold', 'provisional', 'watching']).nullable(),
  message: z.string().describe('The sentence of its newest record.'),
  cause: z.string().describe('The sentence that says what is wrong; of a closed alert that from before it closed.'),
  peers: z
    .strictObject({
      shifted: z.int().describe('With an alert of the same kind that began within `notifier.grouping.spanMs` of this one.'),
      of: z.int().describe('Those that are awake: they sent a window within the last half hour. 0 where nobody knows.'),
    })
    .describe('The other devices of its class, counted as notices count them.'),
  standing: labelView.nullable(),
  labels: z.array(labelView),
});
export type AlertView = z.output<typeof alertView>;

export const alertsQuery = z.strictObject({
  life: z.enum([...alertLives, 'all']).default('all'),
  device: id.optional(),
  class: z.string().max(100).optional(),
  q: z.string().max(512).default('').describe('Only alerts whose device, class or sentence contains this text.'),
  offset: z.int().min(0).max(1_000_000).default(0),
  limit: z.int().min(1).max(500).default(200),
});
export type AlertsQuery = z.output<typeof alertsQuery>;

export const alertGroup = z.strictObject({
  groupId: z.string(),
  deviceClass: z.string(),
  guard: z.enum(guardKinds).nullable(),
  startMs: z.number(),
  endMs: z.number(),
  devices: z.int().describe('With an alert in it, those on other pages included.'),
  of: z.int().describe('Devices of the class.'),
  alerts: z.int().describe('Alerts in it, those on other pages included.'),
  alertIds: z.array(z.string()).describe('Those of them that are on this page, in the order in which they began.'),
  seenMs: z.number().describe('Log time by which all of its alerts had been opened.'),
  incident: z
    .strictObject({
      state: z.enum(['opened', 'updated', 'closed']),
      devices: z.int().describe('That have had an alert in it.'),
      devicesOpen: z.int().describe('That still have.'),
      of: z.int(),
      message: z.string(),
    })
    .nullable()
    .describe('The common-cause incident that its alerts are told as; null where they only began together.'),
  answers: z
    .array(
      batchView.extend({
        verdict: z.enum(labelVerdicts),
        who: z.string(),
        atMs: z.number(),
        note: z.string(),
        alerts: z.int().describe('Alerts of this group on which it stands.'),
      }),
    )
    .describe('What was said of many alerts at once and stands on some of these: the newest three.'),
});
export type AlertGroup = z.output<typeof alertGroup>;

export const alertsPage = z.strictObject({
  matched: z.int(),
  offset: z.int(),
  counts: z.strictObject({ open: z.int(), acknowledged: z.int(), closed: z.int() }),
  alerts: z.array(alertView).describe('Most urgent first, closed ones by when they ended.'),
  groups: z
    .array(alertGroup)
    .describe('What those on this page are part of: of one class and kind, begun together or of one incident.'),
});
export type AlertsPage = z.output<typeof alertsPage>;

const who = z.string().trim().min(1).max(80).optional().describe('Needed unless the request names a user.');
const note = z.string().max(2000).default('');

export const labelBody = z.strictObject({
  deviceId: z.string().min(1).max(512),
  subjectId: id.optional().describe('An alert or a window; may be left out for maintenance and rollback.'),
  verdict: z.enum([...verdicts, 'rollback']),
  note,
  who,
});
export type LabelBody = z.output<typeof labelBody>;

export const groupBody = z.strictObject({
  groupId: id,
  asked: alertsQuery
    .omit({ offset: true, limit: true })
    .describe('What the group was listed under: only what fits this is answered.'),
  seenMs: z
    .number()
    .optional()
    .describe('As the group was listed: alerts that were opened later were not seen and are not answered.'),
  verdict: z.enum(verdicts),
  note,
  who,
});
export type GroupBody = z.output<typeof groupBody>;
export const groupAnswer = z.strictObject({
  labels: z.int().describe('Alerts that were answered.'),
  batchId: z.string().nullable().describe('The answer as a whole, to take it back; null where all had been said already.'),
});
export type GroupAnswer = z.output<typeof groupAnswer>;

export const undoBody = z.strictObject({ labelId: id, note, who });
export type UndoBody = z.output<typeof undoBody>;

export const groupUndoBody = z.strictObject({ batchId: id, note, who });
export type GroupUndoBody = z.output<typeof groupUndoBody>;
export const groupUndone = z.strictObject({ labels: z.int().describe('Alerts on which it was taken back.') });
export type GroupUndone = z.output<typeof groupUndone>;

export const labelsQuery = z.strictObject({ device: id.optional(), limit: z.int().min(1).max(500).default(100) });
export const labelsPage = z.strictObject({ labels: z.array(labelView) });
