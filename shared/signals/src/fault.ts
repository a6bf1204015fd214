// Faults: what can go wrong with a simulated machine, its sensors or what it depends on, when, and how badly.

export const machineFaults = ['imbalance', 'bearing-outer-race', 'looseness', 'cavitation'] as const;
export const sensorFaults = ['sensor-stuck', 'sensor-drift', 'spikes'] as const;
/** What reaches many machines at once while none of them is broken: more is asked of them, or one phase of their supply is weak. */
export const commonCauses = ['load-surge', 'supply-sag'] as const;
export type CommonCause = (typeof commonCauses)[number];
export type FaultKind = (typeof machineFaults)[number] | (typeof sensorFaults)[number] | CommonCause;

/**
 * A fault from `startS` (seconds since the machine's sample 0) to `endS` (default: for good). `severity` 0..1 is reached after
 * `rampS` (default 0: at once). Machine faults and common causes show in all channels and change every 256 samples;
 * sensor faults show in `channel` (default: the first) and change with every sample.
 */
export type Fault = { kind: FaultKind; startS: number; endS?: number; severity: number; rampS?: number; channel?: string };

/** Severity of a fault at time `s`, 0 before its start and from its end on. */
export function severityAt(fault: Fault, s: number): number {
  const { startS, endS = Number.POSITIVE_INFINITY, severity, rampS = 0 } = fault;
  if (s < startS || s >= endS) return 0;
  return rampS > 0 ? severity * Math.min(1, (s - startS) / rampS) : severity;
}

/** Is the fault at work anywhere in `[fromS, toS)`? */
export function touches({ startS, endS = Number.POSITIVE_INFINITY }: Fault, fromS: number, toS: number): boolean {
  return startS < toS && endS > fromS;
}

/** Summed severity of all faults of a kind at time `s`. */
export function totalSeverity(faults: readonly Fault[], kind: FaultKind, s: number): number {
  return faults.reduce((sum, fault) => sum + (fault.kind === kind ? severityAt(fault, s) : 0), 0);
}

export function isSensorFault(fault: Fault): boolean {
  return sensorFaults.some((kind) => kind === fault.kind);
}
