// What `npm run bench:trainer` finds, as it is kept in docs/benchmarks-trainer.json.

/** Of one kind of outer step: seconds, and seconds of processor time, of every timed step. Left out: why it was not run. */
export type StepFigure =
  | { algorithm: string; episodes: number; seconds: number[]; cpuSeconds: number[] }
  | { algorithm: string; episodes: number; skipped: string };

export type EngineFigures = {
  name: string;
  description: string;
  device: string;
  kind: 'gpu' | 'software' | 'cpu';
  steps: StepFigure[];
  /** Resident memory of the process after the largest pool, and what was there before any. */
  memoryMb: { before: number; after: number };
  /** Tensors and bytes that tfjs held before and after so many steps. */
  tensors?: { steps: number; before: number; after: number; bytesBefore: number; bytesAfter: number };
};

export type FleetFigure = {
  devices: number;
  windows: number;
  labelled: number;
  outerSteps: number;
  seconds: number;
  cpuSeconds: number;
  memoryMb: number;
  verdict: string;
};

export type Figures = {
  machine: string;
  versions: Record<string, string>;
  /** Processes that wanted a core when it began and when it ended, over the last minute. */
  load: [number, number];
  shape: { d: number; shots: number; queries: number; hidden: number; innerSteps: number };
  engines: EngineFigures[];
  /** Backends that could not be used, and why. */
  missing: string[];
  fleets: FleetFigure[];
  /** The same of the fleets. */
  fleetsLoad: [number, number];
  pytorch: Omit<EngineFigures, 'memoryMb' | 'tensors'>[] | string;
};

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
