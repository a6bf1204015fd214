// Time that only moves from one event to the next. Whoever waits in a simulated world waits here, so the order of everything
// follows from the delays, and those from the seed.

/** A simulated operating-system process. A dead one's promises never settle; a frozen one's events wait until it goes on. */
export type Process = { name: string; isAlive: boolean; frozenUntilMs: number };

export type VirtualTime = {
  nowMs(): number;
  /** Runs `run` later, unless `of` has died by then. */
  after(delayMs: number, of: Process | null, run: () => void): void;
  /** Runs the next event and everything that follows from it at once; false when nothing is left. */
  step(): Promise<boolean>;
};

type Event = { dueMs: number; order: number; of: Process | null; run: () => void };

export function createVirtualTime(startMs: number): VirtualTime {
  let nowMs = startMs;
  let orders = 0;
  const events: Event[] = [];

  function add(event: Event): void {
    let at = events.length;
    while (at > 0 && isBefore(event, events[at - 1])) at--;
    events.splice(at, 0, event);
  }

  return {
    nowMs: () => nowMs,
    after: (delayMs, of, run) => add({ dueMs: nowMs + delayMs, order: ++orders, of, run }),
    async step() {
      const event = events.pop();
      if (event === undefined) return false;
      const { of } = event;
      if (of !== null && !of.isAlive) return true;
      if (of !== null && of.frozenUntilMs > event.dueMs) {
        add({ ...event, dueMs: of.frozenUntilMs });
        return true;
      }
      nowMs = event.dueMs;
      event.run();
      await settled();
      return true;
    },
  };
}

/** Events lie latest first, so that the next one is the last. */
function isBefore(a: Event, b: Event): boolean {
  return a.dueMs > b.dueMs || (a.dueMs === b.dueMs && a.order > b.order);
}

/**
 * Every promise that can go on has gone on: asked for from within a microtask, a tick begins once no microtask is left. A turn of the
 * event loop for every event would take a tenth of a schedule's time.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
}
