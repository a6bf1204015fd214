// What is said of the backend, in the log and as a metric; finding one is left to others.
import type { TrainerMetrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { BackendInfo } from './backend.ts';

/** Says which backend there is, once, and again where it is another one or none. */
export function createBackendSign({ backend, backendStepSeconds }: TrainerMetrics, note: LogMessage) {
  let description: string | null = null;
  return {
    description: () => description,
    show(found: BackendInfo | null): void {
      if (found?.description === description) return;
      description = found?.description ?? null;
      backend.reset();
      if (found === null) return;
      backend.set({ backend: found.name, device: found.device }, 1);
      backendStepSeconds.set(found.stepSeconds);
      note('info', 'outer steps have a backend', { backend: description });
    },
  };
}
