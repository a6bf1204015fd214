// The section of the configuration that names topics.
import { z } from 'zod';

const topic = z
  .string()
  .regex(/^[a-zA-Z0-9._-]{1,249}$/)
  .meta({ expected: 'a Kafka topic name: letters, digits, dot, dash, underscore' });

export const topicsSection = z.strictObject({
  telemetry: z.array(topic).min(1).default(['telemetry']).describe('Topics to read telemetry from.'),
  windows: topic.default('tocsin.windows').describe('Scored windows.'),
  alerts: topic.default('tocsin.alerts').describe('Alerts.'),
  labels: topic.default('tocsin.labels').describe('Verdicts of operators.'),
  models: topic.default('tocsin.models').describe('Announcements of bundles; compacted.'),
  deadLetter: topic.default('tocsin.dead-letter').describe('Records that were refused.'),
  incidents: topic.default('tocsin.incidents').describe('Common-cause incidents: many devices of a class that shifted together.'),
  notices: topic.default('tocsin.notices').describe('What people are told: alerts and incidents, as sinks send them on.'),
  undelivered: topic.default('tocsin.undelivered').describe('Notices that a sink could finally not deliver.'),
  late: topic
    .nullable()
    .default(null)
    .describe(
      'Records with samples that came too late for their windows, as they came, with headers that say so; null: they are only counted.',
    ),
  partitions: z
    .int()
    .min(1)
    .max(10_000)
    .default(6)
    .describe('Partitions of topics that Tocsin creates; existing ones are left as they are.'),
});
