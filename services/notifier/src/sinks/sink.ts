// What a sink is: somewhere to send notices, one attempt at a time. Patience, order and positions are somebody else's.
import type { Notice } from '../notices/notice.ts';

export type FailureReason = 'unreachable' | 'timeout' | 'status';

/** `refused`: whoever listens there will never take it; `failed`: perhaps later. */
export type Attempt =
  | { outcome: 'delivered' }
  | { outcome: 'refused'; why: string }
  | { outcome: 'failed'; reason: FailureReason; why: string; retryAfterMs?: number };

export type Sink = {
  name: string;
  /** Never rejects. */
  deliver(notice: Notice, partition: number, signal: AbortSignal): Promise<Attempt>;
  /** Called when this process has been given partitions, with all that it has from then on; what follows waits for it. Never rejects. */
  hold?(partitions: readonly number[], ending: AbortSignal): Promise<void>;
  /** Called when a notice was given up. */
  givenUp?(notice: Notice, partition: number, outcome: 'refused' | 'expired'): void;
  /**
   * Called before a position is committed: what a sink remembers of a partition has to outlive the process. A sink that has it may hear a
   * notice again that it has taken.
   */
  keep?(partition: number, next: number, endOffset: number): Promise<void>;
  /** Open alerts that it repeats. */
  open?(): number;
  stop?(): Promise<void>;
};
