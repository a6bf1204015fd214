// A redrive of a whole topic: first a look at what was sent again before, then letter by letter.
import type { LetterChoice } from './choose-letters.ts';
import { createLetterJudge } from './judge-letters.ts';
import type { LetterRoom } from './letter-room.ts';
import { createLetterSet } from './letter-set.ts';
import { createRedrive, type RedriveTally } from './redrive-letters.ts';
import type { Entry } from './scan-letters.ts';

export type RedriveWish = {
  choice: LetterChoice;
  isDryRun: boolean;
  isForced: boolean;
  who: string;
  /** Ends it after the batch in hand. */
  signal: AbortSignal;
  now(): number;
};

/** Rejects where log or registry do not answer; what was sent until then is marked, and not sent when it is called again. */
export async function redriveChosen(
  { config, transport, topic, scan }: LetterRoom,
  { signal, ...wish }: RedriveWish,
): Promise<{ tally: RedriveTally; unknownBecause: string | null }> {
  const redriven = createLetterSet();
  const onMarks = (entries: readonly Entry[]) => {
    for (const entry of entries) if (entry.kind === 'redrive') redriven.add(entry.redrive.id);
  };
  if (!wish.isForced) await scan({ onEntries: onMarks, signal });
  const judge = createLetterJudge(config, wish.now);
  const writer = transport.writer();
  try {
    const redrive = createRedrive({
      ...wish,
      topic,
      isRedriven: redriven.has,
      judge,
      writer,
      describe: (name) => transport.admin().describe(name),
    });
    await scan({ onEntries: redrive.take, signal });
    return { tally: redrive.tally, unknownBecause: judge.unknownBecause() };
  } finally {
    await writer.close();
    await judge.close();
  }
}
