// Asks what the scorer depends on, every few seconds, whether it is there: readiness says so, liveness does not care.

export type DependencyWatch = {
  /** One reason per dependency that did not answer last time, with how long it has been so. */
  reasons(): string[];
  stop(): void;
};

type Dependency = { name: string; ping(): Promise<unknown> };

/** `now` in milliseconds. A ping that is still under way when the next is due is not repeated. */
export function watchDependencies(dependencies: readonly Dependency[], everyMs: number, now: () => number): DependencyWatch {
  const awaySinceMs = new Map<string, number>();
  const asking = new Set<string>();
  const ask = async ({ name, ping }: Dependency): Promise<void> => {
    if (asking.has(name)) return;
    const askedMs = now();
    asking.add(name);
    try {
      await ping();
      awaySinceMs.delete(name);
    } catch {
      if (!awaySinceMs.has(name)) awaySinceMs.set(name, askedMs);
    }
    asking.delete(name);
  };
  const timer = setInterval(() => dependencies.forEach((dependency) => void ask(dependency)), everyMs);
  timer.unref();
  return {
    reasons: () =>
      [...awaySinceMs].map(([name, sinceMs]) => `${name} has not answered for ${Math.round((now() - sinceMs) / 1000)} s`),
    stop: () => clearInterval(timer),
  };
}
