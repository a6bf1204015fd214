// Every metric that each service has, whatever it does, declared in one place.
import type { Declarations } from './metric-declaration.ts';

export const serviceMetrics = {
  build: {
    kind: 'gauge',
    name: 'tocsin_build_info',
    help: 'What runs here; always 1.',
    labels: { service: 'said', version: 'said', node: 'said' },
  },
  ready: { kind: 'gauge', name: 'tocsin_ready', help: '1 while /readyz agrees; 0 while it says what is missing.', labels: {} },
} as const satisfies Declarations;
