// What can be done about refused records. Whoever composes the services brings it: it takes the scorer's own eyes to say what would be
// taken now, and services know nothing of each other.
import type { DeadLetter } from '@tocsin/schemas';
import type { LetterDetail, RedriveBody, RedriveResult } from './api/quality-api.ts';

export type LetterDesk = {
  /** What would become of this record if it came again now. */
  judge(letter: DeadLetter): Promise<Pick<LetterDetail, 'now' | 'wouldBeTaken' | 'decoded'>>;
  /** Sends what would be taken; rejects where log or store do not answer. */
  redrive(wish: Omit<RedriveBody, 'who'> & { who: string }): Promise<RedriveResult>;
};
