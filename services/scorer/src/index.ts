// The scorer: telemetry in, scored windows and alerts out.
export * from './scorer.ts';
export type { Meter, StageName, WindowOutcome } from './meter.ts';
export { createPrometheusMeter, exportStatus } from './prometheus-meter.ts';
export { runScorer, type RunningScorer } from './run-scorer.ts';
export { createDecode, type Decode } from './decode.ts';
export { createInitialisations, type Adoption } from './initialisations.ts';
export { createKeepWindows, type KeepWindow } from './keep-windows.ts';
export { createWriterSchemas } from './writer-schemas.ts';
