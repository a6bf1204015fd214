// What became of each version of a class, by whom and why; and bringing one in or taking one back.
import { useState } from 'preact/hooks';
import type { ChangeBody, VersionEntry, VersionHistory as History } from '../../src/api/models-api.ts';
import { tell } from '../live/ask-api.ts';
import { useSettings } from '../live/settings.ts';
import { isMeant, type Question } from '../parts/confirm-dialog.tsx';
import { whoSpeaks } from '../parts/name-dialog.tsx';
import { momentText } from '../words/times.ts';

type Change = Omit<ChangeBody, 'who' | 'deviceClass'>;
type Act = { change: Change; label: string; question: Question };

type Props = { history: History; user: string | null; onChanged(): void };

export function VersionHistory({ history, user, onChanged }: Props) {
  const { zone } = useSettings();
  const [told, setTold] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { deviceClass, versions } = history;
  const act = async ({ change, question }: Act) => {
    if (!(await isMeant(question))) return;
    const who = await whoSpeaks(user);
    if (who === null) return;
    setBusy(true);
    await tell<History>('api/models/change', { ...change, deviceClass, who })
      .then((now) => setTold(`Version ${now.current ?? 0} is current now; devices take it up as each sends next.`))
      .catch((error: unknown) => setTold(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
    onChanged();
  };
  if (versions.length === 0) return null;
  return (
    <div class="became">
      <h3>What became of them</h3>
      <p role="status" class="hint">
        {told}
      </p>
      <ul>
        {versions.map((entry) => (
          <li key={entry.version}>
            <span class="became-version">v{entry.version}</span> <span class="badge is-quiet">{stageText(entry)}</span>{' '}
            <span class="became-why">
              {entry.reason}
              <span class="dim">
                {' '}
                · {entry.by}, {momentText(entry.sinceMs, zone)}
              </span>
            </span>
            <span class="became-acts">
              {actsOf(entry, history).map((each) => (
                <button key={each.label} type="button" class="plain" disabled={isBusy} onClick={() => void act(each)}>
                  {each.label}
                </button>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function stageText({ stage, share, restores }: VersionEntry): string {
  const what = stage === 'canary' && share !== null ? `canary ${Math.round(100 * share)} %` : stage;
  return restores === null ? what : `${what}, v${restores} again`;
}

function actsOf({ version, stage, canReturn }: VersionEntry, { deviceClass, current, canary, before }: History): Act[] {
  const name = `v${version}`;
  if (stage === 'canary')
    return [
      {
        change: { action: 'promote', version },
        label: `Promote ${name}`,
        question: {
          title: `Make ${name} current for ${deviceClass}?`,
          text: `Every device of the class takes it up, each as it sends next, without waiting for what the canary says. Thresholds change with it.`,
          action: `Promote ${name}`,
        },
      },
      {
        change: { action: 'withdraw', version },
        label: `Withdraw ${name}`,
        question: {
          title: `Take ${name} from the devices that try it?`,
          text: `They go back to ${current === null ? 'what was there before' : `v${current}`}. It can be brought back later.`,
          action: `Withdraw ${name}`,
        },
      },
    ];
  if (!canReturn || current === null) return [];
  const others = canary === null ? '' : ` What a share of the devices tries (v${canary}) is withdrawn.`;
  const usual = version === before ? ' It is what was in use before.' : '';
  return [
    {
      change: { action: 'rollback', version: current, to: version },
      label: `Bring back ${name}`,
      question: {
        title: `Bring back ${name} for ${deviceClass}?`,
        text: `Its content is published again under a new number in place of v${current}.${usual}${others}`,
        action: `Bring back ${name}`,
      },
    },
  ];
}
