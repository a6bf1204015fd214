// One call of a simulated process to the outside: its way there, its effect, its way back, and whatever goes wrong on the way.
import { between, type Random } from '@tocsin/signals';
import type { CallKind, Faults } from './faults.ts';
import type { Process, VirtualTime } from './virtual-time.ts';

export type World = {
  time: VirtualTime;
  random: Random;
  faults: Faults;
  trace(line: string): void;
  /** How often a partition was begun anew or a send failed: nothing else may make anything be said again. */
  causes: number;
  /** The record that a process walks next, by its name and the partition (`placeOf`). */
  places: Map<string, number>;
  /** How often a process sent for a partition of which it knew that it was lost. */
  trespasses: number;
  /** A reader begins anew where retention has left the log, beyond what the group had committed. */
  onReset(partition: number, startOffset: number): void;
  /** Ends a process on the spot. */
  kill(process: Process): void;
};

export type Call<T> = {
  kind: CallKind;
  what: string;
  /** Changes the world and returns the answer; may throw what the server would answer. */
  effect(): T;
  /** The error of a connection that broke. */
  unreachable(): Error;
  /** What becomes of the world where only a part arrives. */
  partly?: () => void;
};

export function placeOf(process: Process, topic: string, partition: number): string {
  return `${process.name} ${topic}/${partition}`;
}

/** Never settles where the process dies. Effect and answer are events of their own: others act in between. */
export function call<T>(world: World, process: Process, { kind, what, effect, unreachable, partly }: Call<T>): Promise<T> {
  const { time, random, faults } = world;
  const fault = faults.ofCall(kind);
  const slowMs = fault === 'slow' ? faults.extent('slow', 100, 4000) : 0;
  const told = (text: string) => world.trace(`${process.name} ${kind} ${what}${text}`);
  const freeze = (when: 'frozen-before' | 'frozen-after') => {
    process.frozenUntilMs = time.nowMs() + faults.extent(when, 200, 6000);
  };

  return new Promise<T>((resolve, reject) => {
    const refuse = (error: unknown): void => {
      if (kind === 'send') world.causes += 1;
      reject(error);
    };
    const answer = (give: () => void) => time.after(between(random, 0, 3) + slowMs * random(), process, give);
    const arrive = (): void => {
      if (fault === 'error-before') return answer(() => (told(' -> unreachable'), refuse(unreachable())));
      if (fault === 'broken-before') return answer(() => (told(' -> broken'), refuse(broken())));
      if (fault === 'partial-send' && partly !== undefined) {
        partly();
        return answer(() => (told(' -> partly'), refuse(unreachable())));
      }
      let result: T;
      try {
        result = effect();
      } catch (error) {
        return answer(() => (told(` -> ${String(error)}`), refuse(error)));
      }
      told('');
      if (fault === 'crash-after') return world.kill(process);
      if (fault === 'frozen-after') freeze(fault);
      if (fault === 'ack-lost') return answer(() => (told(' -> answer lost'), refuse(unreachable())));
      if (fault === 'broken-after') return answer(() => (told(' -> broken afterwards'), refuse(broken())));
      answer(() => resolve(result));
    };
    if (fault !== null) told(` [${fault}]`);
    if (fault === 'crash-before') return world.kill(process);
    if (fault === 'frozen-before') freeze(fault);
    // What was sent arrives, whether the sender lives on or not; but one that was frozen has not sent it yet.
    const sender = fault === 'frozen-before' ? process : null;
    time.after(between(random, 0, 3) + slowMs * random(), sender, arrive);
  });
}

/** Waits in virtual time. */
export function sleep(world: World, process: Process, ms: number): Promise<void> {
  return new Promise((resolve) => world.time.after(ms, process, resolve));
}

/** Works every so often, in virtual time, until the function that it returns is called. */
export function every({ time }: World, process: Process, ms: number, work: () => void): () => void {
  let isOver = false;
  const tick = (): void => {
    if (isOver) return;
    work();
    time.after(ms, process, tick);
  };
  time.after(ms, process, tick);
  return () => void (isOver = true);
}

function broken(): Error {
  return new Error('the program broke here');
}
