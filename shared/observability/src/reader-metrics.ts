// Every metric of whoever reads the log, declared in one place.
import type { Declarations } from './metric-declaration.ts';

export const readerMetrics = {
  lagRecords: {
    kind: 'gauge',
    name: 'tocsin_lag_records',
    help: 'Records between the next offset to process and the end of the partition.',
    labels: { topic: 'assigned', partition: 'assigned' },
  },
  holdRecords: {
    kind: 'gauge',
    name: 'tocsin_hold_records',
    help: 'Records between the committed offset and the next one: what a new owner would replay to cut the open windows again.',
    labels: { topic: 'assigned', partition: 'assigned' },
  },
  rebalances: {
    kind: 'counter',
    name: 'tocsin_rebalances_total',
    help: 'Times the consumer group gave this process another assignment.',
    labels: {},
  },
  resets: {
    kind: 'counter',
    name: 'tocsin_offset_resets_total',
    help: 'Times the committed offset was no longer in the log: records were lost to retention.',
    labels: {},
  },
} as const satisfies Declarations;
