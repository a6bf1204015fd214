// One line over alerts that began together: perhaps they have one cause, and then one answer.
import { useState } from 'preact/hooks';
import { nameText } from '@tocsin/schemas/words';
import type { AlertGroup, GroupAnswer } from '../../src/api/alerts-api.ts';
import { tell } from '../live/ask-api.ts';
import { useSettings } from '../live/settings.ts';
import { isMeant } from '../parts/confirm-dialog.tsx';
import { whoSpeaks } from '../parts/name-dialog.tsx';
import { answers } from '../parts/verdict-bar.tsx';
import { count, counted } from '../words/figures.ts';
import { guardText } from '../words/states.ts';
import { timeText } from '../words/times.ts';
import { GroupAnswers, type FreshAnswer } from './group-answers.tsx';

type Props = {
  group: AlertGroup;
  /** What the list shows: no other alert of the group is answered. */
  asked: { life: string; q: string };
  user: string | null;
  /** `fresh` is what can be taken back at once. */
  onSaid(text: string | null, fresh?: FreshAnswer): void;
};

/** What is about more alerts than can be seen at once is asked again before it is said. */
const seenAtOnce = 5;

export function GroupHead({ group, asked, user, onSaid }: Props) {
  const { zone } = useSettings();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  // As it was when the button was pressed: what joins while somebody is asked was not seen.
  const { groupId, seenMs } = group;
  const sayAll = async ({ verdict, text, means }: (typeof answers)[number]) => {
    const title = `${text}, for all ${count(group.alerts)} alerts?`;
    if (group.alerts > seenAtOnce && !(await isMeant({ title, text: `${sentence(means)}.`, action: text }))) return;
    const who = await whoSpeaks(user);
    if (who === null) return;
    setBusy(true);
    setProblem(null);
    try {
      const { labels, batchId } = await tell<GroupAnswer>('api/labels/group', { groupId, asked, seenMs, verdict, who });
      const said = `${group.deviceClass}: ${text}, ${counted(labels, 'alert')}`;
      onSaid(said, batchId === null ? undefined : { batchId, text: said });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      onSaid(null);
    }
    setBusy(false);
  };
  return (
    <div class="group-head">
      {group.incident === null ? (
        <p>
          <b>{whoText(group)}</b> {group.guard === null ? 'shifted' : `raised ${guardText[group.guard]}`} within five minutes of{' '}
          <time>{timeText(group.startMs, zone)}</time>.{group.devices > 1 && ' Is there one cause?'}
        </p>
      ) : (
        <p>
          <b>{group.incident.state === 'closed' ? 'Common cause, over:' : 'Common cause:'}</b> {nameText(group.incident.message)}
        </p>
      )}
      <div class="group-answers" role="group" aria-label={`Answer all ${group.alerts} alerts of this group`}>
        <span class="dim">All {count(group.alerts)}:</span>
        {answers.map((each) => (
          <button
            key={each.verdict}
            type="button"
            class="plain"
            title={each.means}
            disabled={isBusy}
            onClick={() => void sayAll(each)}
          >
            {each.text}
          </button>
        ))}
      </div>
      <GroupAnswers answers={group.answers} user={user} onSaid={onSaid} />
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function whoText({ devices, of, deviceClass, alerts }: AlertGroup): string {
  return devices === 1 ? `One ${deviceClass}, ${count(alerts)} times,` : `${count(devices)} of ${count(of)} ${deviceClass}`;
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
