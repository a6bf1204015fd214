// Sends refused records to where they came from once more: those that would be taken now and have not been sent again before.
import { encodeRedrive, redriveHeader, type DeadLetter } from '@tocsin/schemas';
import type { LogWriter, OutgoingRecord, TopicInfo } from '@tocsin/transport';
import { isChosen, type LetterChoice } from './choose-letters.ts';
import type { Judgement, LetterJudge } from './judge-letters.ts';
import { createLetterSet } from './letter-set.ts';
import type { Entry, FoundLetter } from './scan-letters.ts';

export type RedriveTally = {
  /** Letters of the choice, each counted once. */
  chosen: number;
  /** Sent, or with a dry run would be. */
  sent: number;
  /** Sent again by an earlier redrive, and therefore not now. */
  before: number;
  /** Of those sent: what the scorer will drop because the device has been judged on later windows; and where nobody knows. */
  late: number;
  unknown: number;
  /** Of those sent, forced: the scorer will refuse them again. */
  refusedAgain: number;
  /** Not sent, by the reason for which they would be refused now, with the first of each. */
  refused: Map<string, { letters: number; id: string; message: string }>;
  /** Ids met. */
  met: Set<string>;
};

export type RedriveOptions = {
  choice: LetterChoice;
  /** Was this letter sent again before? */
  isRedriven(id: string): boolean;
  judge: Pick<LetterJudge, 'judge'>;
  writer: Pick<LogWriter, 'send'>;
  /** The dead-letter topic. */
  topic: string;
  /** Null for a topic that does not exist. */
  describe(topic: string): Promise<TopicInfo | null>;
  isDryRun: boolean;
  /** Send also what was sent before and what would be refused. */
  isForced: boolean;
  who: string;
  now(): number;
};

/** Takes the entries of a scan, batch by batch. */
export function createRedrive(options: RedriveOptions): { take(entries: readonly Entry[]): Promise<void>; tally: RedriveTally } {
  const { choice, isRedriven, judge, isDryRun, isForced } = options;
  const met = createLetterSet();
  const destinations = new Map<string, Promise<TopicInfo | null>>();
  const tally: RedriveTally = {
    chosen: 0,
    sent: 0,
    before: 0,
    late: 0,
    unknown: 0,
    refusedAgain: 0,
    refused: new Map(),
    met: new Set(),
  };

  function destinationOf(topic: string): Promise<TopicInfo | null> {
    const destination = destinations.get(topic) ?? options.describe(topic);
    destinations.set(topic, destination);
    return destination;
  }

  function refuse(id: string, reason: string, message: string): void {
    const known = tally.refused.get(reason);
    tally.refused.set(reason, known === undefined ? { letters: 1, id, message } : { ...known, letters: known.letters + 1 });
  }

  /** Counts a letter and says where it goes; null where it does not. */
  async function planned(found: FoundLetter, judgement: Judgement): Promise<Planned | null> {
    const { letter } = found;
    // Half a record is nobody's record.
    if (judgement.outcome === 'refused' && (!isForced || letter.cutFromBytes !== undefined)) {
      refuse(letter.id, judgement.reason, judgement.message);
      return null;
    }
    const destination = await destinationOf(letter.topic);
    if (destination === null) {
      refuse(letter.id, 'unknown_topic', `topic '${letter.topic}' does not exist any more; create it, or leave these letters`);
      return null;
    }
    tally.sent += 1;
    if (judgement.outcome === 'refused') tally.refusedAgain += 1;
    else if (judgement.timeliness !== 'in-time') tally[judgement.timeliness] += 1;
    return { ...found, partitions: destination.partitions.length };
  }

  return {
    tally,
    async take(entries) {
      const chosen = entries
        .flatMap((entry) => (entry.kind === 'letter' && isChosen(entry, choice) && met.add(entry.letter.id) ? [entry] : []))
        .toSorted(inOrder);
      tally.chosen += chosen.length;
      if (choice.ids !== undefined) for (const { letter } of chosen) tally.met.add(letter.id);
      const due = isForced ? chosen : chosen.filter(({ letter }) => !isRedriven(letter.id));
      tally.before += chosen.length - due.length;
      if (due.length === 0) return;
      const judged = await judge.judge(due.map(({ letter }) => letter));
      const sendable: Planned[] = [];
      for (const [i, found] of due.entries()) {
        const plan = await planned(found, judged[i]);
        if (plan !== null) sendable.push(plan);
      }
      if (isDryRun || sendable.length === 0) return;
      // In this order: a crash in between sends a record twice, which changes nothing, instead of never.
      await options.writer.send(sendable.map(({ letter, partitions }) => recordAgain(letter, partitions)));
      await options.writer.send(sendable.map((plan) => markOf(plan, options)));
    },
  };
}

type Planned = FoundLetter & { partitions: number };

/** By place in the log: records of a partition go as they lay there, even where letters without keys were scattered. */
function inOrder({ letter: one }: FoundLetter, { letter: two }: FoundLetter): number {
  if (one.topic !== two.topic) return one.topic < two.topic ? -1 : 1;
  return one.partition - two.partition || one.offset - two.offset;
}

/**
 * The record as it came, to the partition it came from where that still exists; to the one that its key belongs to where it was refused for
 * having come in another one. Its time is that of sending.
 */
function recordAgain({ id, reason, topic, partition, key, value, headers }: DeadLetter, partitions: number): OutgoingRecord {
  const record = { topic, key, value, headers: { ...headers, [redriveHeader]: id } };
  return partition < partitions && reason !== 'other_partition' ? { ...record, partition } : record;
}

function markOf({ letter: { id }, partition }: FoundLetter, { topic, who, now }: RedriveOptions): OutgoingRecord {
  return { topic, partition, key: id, value: encodeRedrive({ id, atMs: now(), who }) };
}
