// Every metric of the simulator, declared in one place.
import type { Declarations } from './metric-declaration.ts';

export const simulatorMetrics = {
  records: { kind: 'counter', name: 'tocsin_simulator_records_total', help: 'Telemetry records sent.', labels: {} },
  behindSeconds: {
    kind: 'gauge',
    name: 'tocsin_simulator_behind_seconds',
    help: 'How far sending is behind the pace that was asked for.',
    labels: {},
  },
  injected: {
    kind: 'counter',
    name: 'tocsin_simulator_injected_total',
    help: 'Faults of machines and sensors that have begun, effects of common causes, device by device, and records that were broken on purpose.',
    labels: { what: 'said' },
  },
} as const satisfies Declarations;
