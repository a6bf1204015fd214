// One after the other, and together with whatever waits for the same turn.

/** A function that acts on what it is given, never twice at once; what came meanwhile is acted on together, in its order. */
export function takingTurns<T>(act: (waiting: readonly T[]) => Promise<void>): (one: T) => Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  let next: { waiting: T[]; done: Promise<void> } | null = null;
  return (one) => {
    if (next === null) {
      const waiting: T[] = [];
      const done = turn.then(() => {
        next = null;
        return act(waiting);
      });
      turn = done.catch(() => undefined);
      next = { waiting, done };
    }
    next.waiting.push(one);
    return next.done;
  };
}
