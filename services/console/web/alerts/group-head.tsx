// One line over alerts that began together: perhaps they have one cause, and then one answer.
import { useState } from 'preact/hooks';
import type { AlertGroup, AlertView } from '../../src/api/alerts-api.ts';
import { useSettings } from '../live/settings.ts';
import { answer, answers, type Answer } from '../parts/verdict-bar.tsx';
import { count } from '../words/figures.ts';
import { guardText } from '../words/states.ts';
import { timeText } from '../words/times.ts';

type Props = { group: AlertGroup; byId: ReadonlyMap<string, AlertView>; user: string | null; onSaid(): void };

export function GroupHead({ group, byId, user, onSaid }: Props) {
  const { zone } = useSettings();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const sayAll = async (verdict: Answer) => {
    setBusy(true);
    try {
      for (const alertId of group.alertIds) {
        const alert = byId.get(alertId);
        // Without a name nothing is said, of none of them.
        if (alert !== undefined && (await answer({ deviceId: alert.deviceId, subjectId: alertId }, verdict, '', user)) === null)
          break;
      }
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
    onSaid();
  };
  return (
    <div class="group-head">
      {group.incident === null ? (
        <p>
          <b>
            {count(group.devices)} of {count(group.of)} {group.deviceClass}
          </b>{' '}
          {group.guard === null ? 'shifted' : `raised ${guardText[group.guard]}`} within five minutes of{' '}
          <time>{timeText(group.startMs, zone)}</time>. Is there one cause?
        </p>
      ) : (
        <p>
          <b>{group.incident.state === 'closed' ? 'Common cause, over:' : 'Common cause:'}</b> {group.incident.message}
        </p>
      )}
      <div class="group-answers" role="group" aria-label={`Answer all ${group.alertIds.length} alerts of this group`}>
        <span class="dim">All {count(group.alertIds.length)}:</span>
        {answers.map(({ verdict, text, means }) => (
          <button key={verdict} type="button" class="plain" title={means} disabled={isBusy} onClick={() => void sayAll(verdict)}>
            {text}
          </button>
        ))}
      </div>
      {problem !== null && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
