// Asks what the scorer depends on, every few seconds, whether it is there: readiness says so, liveness does not care.

export type DependencyWatch = {
  /** One reason per dependency that did not answer last time, with how long it has been so and what it said. */
  reasons(): string[];
  /** Did it answer last time? */
  isUp(name: string): boolean;
  stop(): void;
};

type Dependency = { name: string; ping(): Promise<unknown> };

/** `now` in milliseconds. A ping that is still under way when the next is due is not repeated. */
export function watchDependencies(dependencies: readonly Dependency[], everyMs: number, now: () => number): DependencyWatch {
  const away = new Map<string, { sinceMs: number; why: string }>();
  const asking = new Set<string>();
  const ask = async ({ name, ping }: Dependency): Promise<void> => {
    if (asking.has(name)) return;
    const askedMs = now();
    asking.add(name);
    try {
      await ping();
      away.delete(name);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      away.set(name, { sinceMs: away.get(name)?.sinceMs ?? askedMs, why });
    }
    asking.delete(name);
  };
  const timer = setInterval(() => dependencies.forEach((dependency) => void ask(dependency)), everyMs);
  timer.unref();
  return {
    reasons: () =>
      [...away].map(
        ([name, { sinceMs, why }]) => `${name} has not been well for ${Math.round((now() - sinceMs) / 1000)} s: ${why}`,
      ),
    isUp: (name) => !away.has(name),
    stop: () => clearInterval(timer),
  };
}
