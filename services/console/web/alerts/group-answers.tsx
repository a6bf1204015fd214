// What was said of many alerts at once, and the way back from it: one press, as it was said.
import { useState } from 'preact/hooks';
import { nameText } from '@tocsin/schemas/words';
import type { AlertGroup, GroupUndone } from '../../src/api/alerts-api.ts';
import { tell } from '../live/ask-api.ts';
import { useSettings } from '../live/settings.ts';
import { whoSpeaks } from '../parts/name-dialog.tsx';
import { count, counted } from '../words/figures.ts';
import { timeText } from '../words/times.ts';

/** An answer that has just been given; its alerts may have left the list. */
export type FreshAnswer = { batchId: string; text: string };

/** A sentence that says what became of it; null where nobody wanted to say who they are. */
export async function takeAllBack(batchId: string, user: string | null): Promise<string | null> {
  const who = await whoSpeaks(user);
  if (who === null) return null;
  const { labels } = await tell<GroupUndone>('api/labels/group/undo', { batchId, who });
  return `Taken back, ${counted(labels, 'alert')}`;
}

type Back = { user: string | null; onSaid(text: string | null): void };

/** What stands on alerts of the group and was said of many, newest first. */
export function GroupAnswers({ answers, user, onSaid }: Back & Pick<AlertGroup, 'answers'>) {
  const { zone } = useSettings();
  return (
    <>
      {answers.map(({ batchId, verdict, who, atMs, note, labels, alerts }) => (
        <p key={batchId} class="group-said">
          <span>
            <b>{who === '' ? 'somebody' : nameText(who)}</b> said <b>{verdict.replace('-', ' ')}</b> of {counted(labels, 'alert')}{' '}
            at once <span class="dim">{timeText(atMs, zone)}</span>
            {alerts < labels && <span class="dim"> · it stands on {count(alerts)} of these</span>}
            {note !== '' && <q dir="auto">{note}</q>}
          </span>
          <TakeAllBack batchId={batchId} user={user} onSaid={onSaid} />
        </p>
      ))}
    </>
  );
}

export function FreshAnswerBar({ answer: { batchId, text }, user, onSaid }: Back & { answer: FreshAnswer }) {
  return (
    <div class="group-said is-fresh">
      <span>{text}</span>
      <TakeAllBack batchId={batchId} user={user} onSaid={onSaid} hasKey />
    </div>
  );
}

function TakeAllBack({ batchId, user, onSaid, hasKey = false }: Back & { batchId: string; hasKey?: boolean }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const act = () => {
    setBusy(true);
    setProblem(null);
    takeAllBack(batchId, user)
      .then(onSaid)
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button type="button" class="plain" disabled={isBusy} onClick={act}>
        Take all of it back{hasKey && <kbd aria-hidden="true">z</kbd>}
      </button>
      {problem !== null && (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
