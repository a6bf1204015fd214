// The seeds of a run divided among processes. The one that waits for them hears signals at once, whatever a schedule is doing.
import { fork, type ChildProcess } from 'node:child_process';
import type { Outcome } from './run-schedule.ts';
import { failed } from './tally.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;
const stop = 'stop';

/** In a process of its own: plays seeds and tells the parent what came of each, until it is told to stop or the parent is gone. */
export async function playPart(
  seeds: Iterable<number>,
  play: (seed: number) => Promise<Outcome>,
  endsWithFirstFailure: boolean,
): Promise<void> {
  let isStopped = false;
  const onStop = (): void => void (isStopped = true);
  process.on('message', onStop);
  process.on('disconnect', onStop);
  // Ctrl-C reaches every process of a terminal; the parent says what follows from it.
  for (const signal of signals) process.on(signal, () => undefined);
  for (const seed of seeds) {
    const outcome = await play(seed);
    if (!process.connected) return;
    await new Promise((resolve) => process.send!(outcome, undefined, undefined, resolve));
    if (isStopped || (endsWithFirstFailure && failed(outcome.verdict))) break;
  }
  if (process.connected) process.disconnect();
}

/**
 * Runs `file` as so many parts and resolves when all have ended. The first SIGINT or SIGTERM lets each end the schedule at hand.
 * `problems`: parts that broke, in words.
 */
export async function playParts(
  file: string,
  args: readonly string[],
  parts: number,
  onOutcome: (outcome: Outcome) => void,
): Promise<{ isComplete: boolean; problems: string[] }> {
  const children = Array.from({ length: parts }, (_, part) => fork(file, [...args, '--part', `${part}`]));
  let isComplete = true;
  const onSignal = (): void => {
    isComplete = false;
    for (const child of children) if (child.connected) child.send(stop);
  };
  for (const signal of signals) process.on(signal, onSignal);
  const ends = await Promise.all(children.map((child) => endOf(child, onOutcome)));
  for (const signal of signals) process.off(signal, onSignal);
  const problems = ends.flatMap((end, part) => (end === 0 ? [] : [`part ${part} of the schedules ended with ${end}`]));
  return { isComplete: isComplete && problems.length === 0, problems };
}

/** Exit code or signal. */
function endOf(child: ChildProcess, onOutcome: (outcome: Outcome) => void): Promise<number | string> {
  child.on('message', (outcome: Outcome) => onOutcome(outcome));
  return new Promise((resolve) => {
    let exit: number | string | null = null;
    let isSilent = false;
    const end = (): void => {
      if (exit !== null && isSilent) resolve(exit);
    };
    child.on('exit', (code, signal) => ((exit = code ?? signal ?? 'nothing'), end()));
    child.on('disconnect', () => ((isSilent = true), end()));
  });
}
