// Where each partition is read on: the store knows. Says what the log no longer has, or never had.
import type { TrainerMetrics } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';
import type { ReaderOptions } from '@tocsin/transport';
import type { EpisodeStore } from '../episode-store/episode-store.ts';
import { resumeFrom, type Bounds, type Resume } from '../episode-store/resume-position.ts';
import { StoreBroken, StoreUnwritable } from '../episode-store/store-errors.ts';

export type ResumeReading = {
  resumeAt: NonNullable<ReaderOptions['resumeAt']>;
  /** Is the partition read from where this store said? Not where another one was put aside since: then it has to be resumed again. */
  isCurrent(topic: string, partition: number): boolean;
};

export function resumeReading(
  store: EpisodeStore,
  topics: readonly string[],
  metrics: Pick<TrainerMetrics, 'recordsLost'>,
  note: LogMessage,
): ResumeReading {
  const knownBefore = new Map(topics.map((topic) => [topic, store.partitionsOf(topic)]));

  /** Of the store when it was asked, by topic and partition. */
  const generations = new Map<string, number>();

  function say({ why, lost }: Resume, topic: string, partition: number): void {
    const at = { topic, partition };
    if (why === 'replaced')
      note('error', 'the log ends before what has been read of it: the topic was made anew, or it is another cluster', at);
    if (why === 'overtaken') note('error', 'retention took records before they were read', { ...at, lost });
    // Those that a topic gets later have higher numbers than all before.
    const known = Math.max(...(knownBefore.get(topic) ?? []), -1) + 1;
    if (why === 'new' && known > 0 && partition >= known)
      note('warn', 'the topic has more partitions than when it was read last: devices may have moved to others', {
        ...at,
        known,
      });
  }

  /** Also where there is nothing to read, or it would look new at every start. */
  function remember(topic: string, partition: number, offset: number): void {
    try {
      store.noteStart(topic, partition, offset);
    } catch (error) {
      if (!(error instanceof StoreBroken || error instanceof StoreUnwritable)) throw error;
    }
  }

  function resumeAt(topic: string, partition: number, log: Bounds): number | null {
    generations.set(`${topic}/${partition}`, store.generation());
    try {
      const resume = resumeFrom(store.position(topic, partition), log);
      if (resume.why === 'replaced') store.forgetPositions(topic, partition);
      metrics.recordsLost.inc(resume.lost);
      say(resume, topic, partition);
      if (resume.why === 'new' || resume.why === 'replaced') remember(topic, partition, resume.offset);
      return resume.offset;
    } catch (error) {
      // A store that cannot be read is found out, and made anew, when the first batch is to be stored.
      if (error instanceof StoreBroken || error instanceof StoreUnwritable) return null;
      throw error;
    }
  }

  return { resumeAt, isCurrent: (topic, partition) => generations.get(`${topic}/${partition}`) === store.generation() };
}
