// What the API says of the fleet and of one device. Schemas here are validation, documentation and types at once.
import { z } from 'zod';
import { alertView, labelView } from './alerts-api.ts';
import { deviceStates, seriesFlags } from './words.ts';

export const deviceState = z.enum(deviceStates);
export type DeviceStanding = z.output<typeof deviceState>;

export const sortKeys = ['urgency', 'device', 'class', 'margin', 'support', 'model', 'seen'] as const;
const deviceId = z.string().min(1).max(512);

export const fleetQuery = z.strictObject({
  sort: z
    .enum(sortKeys)
    .default('urgency')
    .describe('What comes first is what is most urgent, largest or latest; names from A to Z.'),
  order: z.enum(['usual', 'reverse']).default('usual'),
  state: deviceState.optional().describe('Only devices in this state.'),
  class: z.string().max(100).optional().describe('Only devices of this class.'),
  q: z.string().max(512).default('').describe('Only devices whose id or class contains this text, whatever its case.'),
  offset: z.int().min(0).max(10_000_000).default(0),
  limit: z.int().min(1).max(500).default(100),
});
export type FleetQuery = z.output<typeof fleetQuery>;

export const fleetRow = z.strictObject({
  deviceId: z.string(),
  deviceClass: z.string(),
  state: deviceState,
  severity: z.enum(['warning', 'critical']).nullable().describe('Of the worst open alert.'),
  openAlerts: z.int(),
  supportWindows: z.int().describe('Windows of its own that the device has been learnt from.'),
  supportWanted: z.int().describe('How many its class asks for.'),
  modelVersion: z.int(),
  score: z.number().nullable(),
  threshold: z.number().nullable(),
  pValue: z.number().nullable(),
  endMs: z.number().nullable().describe('Event time at which its newest window ends.'),
  seenMs: z.number().nullable().describe('Time at which that window was written to the log.'),
  trace: z.array(z.number().nullable()).describe('Score less threshold of its newest windows, the newest last.'),
});
export type FleetRow = z.output<typeof fleetRow>;

export const fleetPage = z.strictObject({
  total: z.int().describe('Devices that are known.'),
  matched: z.int().describe('Devices that the query asks for.'),
  offset: z.int(),
  rows: z.array(fleetRow),
  byState: z.record(z.string(), z.int()).describe('Of the devices that class and text ask for, whatever their state.'),
  byClass: z.record(z.string(), z.int()).describe('Of all devices.'),
  logTimeMs: z.number().nullable().describe('Time of the newest window in the log, of any device.'),
  nowMs: z.number().describe('Time of the console.'),
});
export type FleetPage = z.output<typeof fleetPage>;

export const deviceQuery = z.strictObject({ id: deviceId });

export const series = z.strictObject({
  windowId: z.array(z.string()),
  endMs: z.array(z.number()),
  score: z.array(z.number().nullable()),
  threshold: z.array(z.number().nullable()),
  pValue: z.array(z.number().nullable()),
  coverage: z.array(z.number()),
  modelVersion: z.array(z.int()),
  flags: z.array(z.int()).describe(`Sums of powers of two: ${seriesFlags.map((flag, bit) => `${2 ** bit} ${flag}`).join(', ')}.`),
});
export type Series = z.output<typeof series>;

export const adaptationKinds = ['first-seen', 'ready', 'model', 'label', 'maintenance', 'quiet'] as const;
export const adaptationEvent = z.strictObject({
  atMs: z.number().describe('Event time; of labels the time at which they were given.'),
  kind: z.enum(adaptationKinds),
  text: z.string(),
});
export type AdaptationEvent = z.output<typeof adaptationEvent>;

export const deviceMemory = z.strictObject({
  learned: z.int().describe('Windows ever learnt from.'),
  effectiveWindows: z.number().describe('What they count for, older ones having faded.'),
  reservoirWindows: z.int().describe('First windows that are kept raw.'),
  modelVersion: z.int(),
  scored: z.int(),
  waiting: z.strictObject({ windows: z.int(), confirmed: z.int() }).nullable().describe('Windows that are not learnt yet.'),
  canRollBack: z.boolean(),
  maintenanceUntilMs: z.number().nullable(),
  relearning: z.int().describe('Windows left of the time in which it learns widely what is normal now.'),
  rememberedAnomalies: z.int().describe('Windows that operators called real, and that raise the score of their like.'),
  driftSinceMs: z.number().nullable().describe('Since when drift is measured.'),
  stateBytes: z.int(),
});
export type DeviceMemory = z.output<typeof deviceMemory>;

export const classView = z.strictObject({
  name: z.string(),
  kind: z.enum(['vibration', 'slow']),
  channels: z.array(z.string()),
  rateHz: z.number(),
  windowSamples: z.int(),
  hop: z.int(),
  supportWindows: z.int(),
  raise: z.string().describe('When an alert opens, in words.'),
  budget: z.string().describe('False alarms that are tolerated, in words.'),
});
export type ClassView = z.output<typeof classView>;

export const plannedWork = z.strictObject({
  once: z.strictObject({ fromMs: z.number(), toMs: z.number() }).nullable(),
  weekly: z.string().nullable().describe('Days and times by the clocks of a zone, in words; null for what happens once.'),
  note: z.string(),
  isNow: z.boolean(),
});
export type PlannedWork = z.output<typeof plannedWork>;

export const deviceDetail = z.strictObject({
  row: fleetRow,
  deviceClass: classView.nullable().describe('Null where the configuration does not have the class.'),
  series,
  alerts: z.array(alertView).describe('The newest hundred, open ones before closed ones.'),
  alertsKnown: z.int().describe('How many alerts of it are known here.'),
  labels: z.array(labelView),
  history: z.array(adaptationEvent),
  keptWindows: z
    .array(z.strictObject({ windowId: z.string(), alertId: z.string(), startMs: z.number() }))
    .describe('Windows that opened an alert and whose samples were kept.'),
  memory: deviceMemory.nullable().describe('Null where the store has nothing, or does not answer.'),
  memoryProblem: z.string().nullable(),
  plannedWork: z.array(plannedWork).describe('By the calendar of its class; what is over is left out.'),
});
export type DeviceDetail = z.output<typeof deviceDetail>;
