// Four answers, one click each; a note beside them for whoever has more to say; and the way back.
import { useEffect, useState } from 'preact/hooks';
import { nameText } from '@tocsin/schemas/words';
import type { AlertView, LabelView } from '../../src/api/alerts-api.ts';
import { tell } from '../live/ask-api.ts';
import { useSettings } from '../live/settings.ts';
import { counted } from '../words/figures.ts';
import { timeText } from '../words/times.ts';
import { whoSpeaks } from './name-dialog.tsx';

export const answers = [
  { verdict: 'real', key: 'r', text: 'Real', means: 'an anomaly: windows like it score higher on this device from now on' },
  {
    verdict: 'false-alarm',
    key: 'f',
    text: 'False alarm',
    means: 'normal for this device: the alert closes, and the device learns it',
  },
  {
    verdict: 'maintenance',
    key: 'm',
    text: 'Maintenance',
    means: 'somebody is at the machine: no alerts, no learning, for a day or until the next verdict',
  },
  { verdict: 'unsure', key: 'u', text: 'Unsure', means: 'seen; an earlier verdict does not count any more' },
] as const;
export type Answer = (typeof answers)[number]['verdict'];

export type Subject = { deviceId: string; subjectId: string };

/** Says it; null where nobody wanted to say who they are. */
export async function answer(
  subject: Subject,
  verdict: Answer | 'rollback',
  note: string,
  user: string | null,
): Promise<LabelView | null> {
  const who = await whoSpeaks(user);
  return who === null ? null : tell<LabelView>('api/labels', { ...subject, verdict, note, who });
}

export async function takeBack(label: LabelView, user: string | null): Promise<LabelView | null> {
  const who = await whoSpeaks(user);
  return who === null ? null : tell<LabelView>('api/labels/undo', { labelId: label.labelId, who });
}

type Props = { subject: Subject; standing: LabelView | null; user: string | null; onSaid(): void; hasKeys?: boolean };

export function VerdictBar({ subject, standing, user, onSaid, hasKeys = false }: Props) {
  const [note, setNote] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isSlow = useSlow(isBusy);
  const say = (act: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    act()
      .then((label) => {
        if (label !== null) setNote('');
        onSaid();
      })
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  return (
    <div class="verdict">
      <div class="verdict-keys" role="group" aria-label="What was it?">
        {answers.map(({ verdict, key, text, means }) => (
          <button
            key={verdict}
            type="button"
            class={`answer is-${verdict}`}
            aria-pressed={standing?.verdict === verdict}
            disabled={isBusy}
            title={means}
            onClick={() => say(() => answer(subject, verdict, note, user))}
          >
            {text}
            {hasKeys && <kbd aria-hidden="true">{key}</kbd>}
          </button>
        ))}
      </div>
      <label class="field is-note">
        <span class="sr">Note</span>
        <input
          type="text"
          placeholder="Note (optional)"
          value={note}
          maxLength={2000}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {standing !== null && (
        <button type="button" class="plain" disabled={isBusy} onClick={() => say(() => takeBack(standing, user))}>
          Undo
        </button>
      )}
      {isSlow && (
        <span class="dim" role="status">
          It is being written. The log has not answered yet.
        </span>
      )}
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** So long an answer may take before it is worth a word. */
const slowMs = 1500;

/** Has it been busy for a while? */
function useSlow(isBusy: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!isBusy) return;
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, [isBusy]);
  return isSlow;
}

const effects = { yes: 'the device has taken it up', waiting: 'waits for the next window of the device', unknown: '' } as const;

/** That it was said of many alerts, of which this is one. */
function wholeText({ about, labels }: NonNullable<LabelView['batch']>): string {
  return `of ${counted(labels, 'alert')} of ${about === 'incident' ? 'an incident' : 'a group'} at once`;
}

/** Everything that was said of a subject, oldest first: what stands, what was overruled, what was taken back. */
export function Audit({ labels }: { labels: AlertView['labels'] }) {
  const { zone } = useSettings();
  if (labels.length === 0) return null;
  return (
    <ol class="audit">
      {labels.map((label) => (
        <li key={label.labelId} class={label.stands ? 'is-standing' : 'is-past'}>
          <span class="audit-who">{label.who === '' ? 'somebody' : nameText(label.who)}</span>{' '}
          {label.undoes === null ? (
            <>
              said <b>{label.verdict.replace('-', ' ')}</b>
            </>
          ) : (
            'took the verdict back'
          )}{' '}
          {label.batch !== null && <span class="dim">{wholeText(label.batch)} </span>}
          <span class="dim">{timeText(label.atMs, zone)}</span>
          {label.stands && effects[label.inEffect] !== '' && (
            <span class={`effect is-${label.inEffect}`}> · {effects[label.inEffect]}</span>
          )}
          {!label.stands && label.undoes === null && <span class="dim"> · {label.isUndone ? 'taken back' : 'overruled'}</span>}
          {label.note !== '' && label.undoes === null && <q dir="auto">{label.note}</q>}
        </li>
      ))}
    </ol>
  );
}
