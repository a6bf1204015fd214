// What one run of a part of the fuzzing says of itself.

export type FuzzOutcome = {
  inputs: number;
  bytes: number;
  /** How many inputs met which fate: a reason to be refused, `taken`, ... */
  fates: Map<string, number>;
  /** Empty where all is well; each names what was wrong and the input. */
  problems: string[];
};

/** Runs one part with about `bytes` bytes of hostile input, all drawn from the seed. */
export type FuzzPart = (seed: number, bytes: number) => Promise<FuzzOutcome>;

export function emptyOutcome(): FuzzOutcome {
  return { inputs: 0, bytes: 0, fates: new Map(), problems: [] };
}

export function count(fates: Map<string, number>, fate: string, by = 1): void {
  fates.set(fate, (fates.get(fate) ?? 0) + by);
}

/** The command that runs exactly this again. */
export function replayCommand(part: string, seed: number, bytes: number): string {
  return `npm run fuzz -- --part ${part} --seed ${seed} --megabytes ${bytes / 1e6}`;
}
