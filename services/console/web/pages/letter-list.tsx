// Refused records: why, what is in them, whether they would be taken now, and sending them again.
import { useState } from 'preact/hooks';
import { nameText } from '@tocsin/schemas/words';
import type { LetterDetail, LetterRow, RedriveResult } from '../../src/api/quality-api.ts';
import { tell } from '../live/ask-api.ts';
import { useSettings } from '../live/settings.ts';
import { useLoad } from '../live/use-load.ts';
import { whoSpeaks } from '../parts/name-dialog.tsx';
import { Problem, Waiting } from '../parts/notices.tsx';
import { bytes, counted } from '../words/figures.ts';
import { momentText, timeText } from '../words/times.ts';

type Props = { letters: readonly LetterRow[]; reason: string; user: string | null; canRedrive: boolean; onSent(): void };

export function LetterList({ letters, reason, user, canRedrive, onSent }: Props) {
  const [result, setResult] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const redrive = async (wish: { ids: string[] } | { reason: string }) => {
    const who = await whoSpeaks(user);
    if (who === null) return;
    setBusy(true);
    await tell<RedriveResult>('api/letters/redrive', { ...wish, who })
      .then((told) => setResult(resultText(told)))
      .catch((error: unknown) => setResult(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
    onSent();
  };
  if (letters.length === 0) return <p class="empty">None of those that are kept is like that.</p>;
  return (
    <>
      {canRedrive && reason !== '' && (
        <p>
          <button type="button" class="strong" disabled={isBusy} onClick={() => void redrive({ reason })}>
            Send all of them again that would be taken now
          </button>
        </p>
      )}
      <p role="status" class="hint">
        {result ?? ''}
      </p>
      <ul class="letters">
        {letters.map((letter) => (
          <Letter
            key={letter.id}
            letter={letter}
            isBusy={isBusy}
            redrive={canRedrive ? () => void redrive({ ids: [letter.id] }) : null}
          />
        ))}
      </ul>
    </>
  );
}

function resultText({ chosen, sent, before, late, refused }: RedriveResult): string {
  const parts = [
    `${counted(sent, 'record')} of ${chosen} sent again`,
    ...(late > 0 ? [`${late} of them too late for a window`] : []),
    ...(before > 0 ? [`${before} had been sent before`] : []),
    ...refused.map(({ letters, message }) => `${letters} not: ${message}`),
  ];
  return `${parts.join('; ')}.`;
}

function Letter({ letter, isBusy, redrive }: { letter: LetterRow; isBusy: boolean; redrive: (() => void) | null }) {
  const { zone } = useSettings();
  const [isOpen, setOpen] = useState(false);
  return (
    <li class="letter">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="badge is-quiet">{letter.reason.replaceAll('_', ' ')}</span>{' '}
          <span class="letter-key">{nameText(letter.key)}</span>{' '}
          <span class="dim">
            {timeText(letter.refusedAtMs, zone)} · {bytes(letter.bytes)}
          </span>
          {letter.redriven !== null && <span class="dim"> · sent again by {letter.redriven.who}</span>}
          <span class="letter-message">{nameText(letter.message)}</span>
        </summary>
        {isOpen && <Opened id={letter.id} />}
        {redrive !== null && (
          <button type="button" class="plain" disabled={isBusy} onClick={redrive}>
            Send it again
          </button>
        )}
      </details>
    </li>
  );
}

function Opened({ id }: { id: string }) {
  const { zone } = useSettings();
  const { data, error } = useLoad<LetterDetail>(`api/letter?${new URLSearchParams({ id }).toString()}`, []);
  if (error !== null) return <Problem text={error} />;
  if (data === null) return <Waiting what="the record" />;
  const { decoded } = data;
  return (
    <div class="letter-open">
      <p>
        <b>Now:</b> {data.now}
      </p>
      {decoded !== null && (
        <dl class="facts">
          {[
            ['Device', `${nameText(decoded.deviceId)} of class ${decoded.deviceClass}`],
            ['Time', `${momentText(decoded.startMs, zone)} to ${timeText(decoded.endMs, zone)}`],
            ['Rate', `${decoded.rateHz} Hz`],
            ...decoded.channels.map(({ name, first, samples }) => [
              name,
              `${first.map((value) => Number(value.toPrecision(4))).join(', ')}… (${samples})`,
            ]),
          ].map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <p class="dim">{data.letter.id}</p>
      <pre class="hex" tabIndex={0} aria-label="First bytes of the record">
        {data.hex.slice(0, 16).join('\n')}
      </pre>
    </div>
  );
}
