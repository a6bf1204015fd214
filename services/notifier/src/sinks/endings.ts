// What has ended lately: notices of it that were written before its end and arrive after it are no news. Bounded.
import { subjectOf, type Notice } from '../notices/notice.ts';

export type Endings = {
  /** Notes what a notice says of its subject: that it is over, or not. */
  note(id: string, notice: Notice): void;
  /** Did it end after this notice had been written? */
  isPast(id: string, notice: Notice): boolean;
};

const rememberedMax = 5000;

export function createEndings(): Endings {
  const endings = new Map<string, { revision: number; writtenMs: number }>();
  return {
    note(id, notice) {
      const { state, revision } = subjectOf(notice);
      endings.delete(id);
      if (state !== 'closed') return;
      endings.set(id, { revision, writtenMs: notice.writtenMs });
      const [oldest] = endings.keys();
      if (endings.size > rememberedMax) endings.delete(oldest);
    },
    isPast(id, notice) {
      const end = endings.get(id);
      return end !== undefined && notice.writtenMs <= end.writtenMs && subjectOf(notice).revision < end.revision;
    },
  };
}
