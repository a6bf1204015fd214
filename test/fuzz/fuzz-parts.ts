// The parts of the fuzzing by name, and how the bytes of a run are divided among them.
import { fuzzConfig } from './fuzz-config.ts';
import { fuzzRegistry } from './fuzz-registry.ts';
import { fuzzState } from './fuzz-state.ts';
import { fuzzTelemetry } from './fuzz-telemetry.ts';
import type { FuzzPart } from './outcome.ts';

/** `share` of the bytes; `roundBytes` that one run of the part takes, so that a failing run is short enough to look at. */
export const fuzzParts: readonly { name: string; part: FuzzPart; share: number; roundBytes: number }[] = [
  { name: 'telemetry', part: fuzzTelemetry, share: 0.5, roundBytes: 1_000_000 },
  { name: 'registry', part: fuzzRegistry, share: 0.15, roundBytes: 500_000 },
  { name: 'state', part: fuzzState, share: 0.25, roundBytes: 500_000 },
  { name: 'config', part: fuzzConfig, share: 0.1, roundBytes: 250_000 },
];
