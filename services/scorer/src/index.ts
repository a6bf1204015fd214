// The scorer: telemetry in, scored windows and alerts out.
export * from './scorer.ts';
export type { Meter, StageName, WindowOutcome } from './meter.ts';
export { createPrometheusMeter, exportStatus } from './prometheus-meter.ts';
