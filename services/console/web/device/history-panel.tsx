// How the device became what it is, and what people said, newest first.
import type { DeviceDetail } from '../../src/api/fleet-api.ts';
import { useSettings } from '../live/settings.ts';
import { Audit } from '../parts/verdict-bar.tsx';
import { momentText, timeText } from '../words/times.ts';

type Props = Pick<DeviceDetail, 'history' | 'labels'> & { aroundMs: number };

/** Days are left out that are that of `aroundMs`. */
export function HistoryPanel({ history, labels, aroundMs }: Props) {
  const { zone } = useSettings();
  const shown = history.filter(({ kind }) => kind !== 'label').toReversed();
  return (
    <section class="panel" aria-labelledby="history-title">
      <h2 id="history-title">Adaptation history</h2>
      <ol class="history">
        {shown.map(({ atMs, kind, text }, i) => (
          <li key={`${atMs} ${i}`} class={`is-${kind}`}>
            <time title={momentText(atMs, zone)}>{timeText(atMs, zone, aroundMs)}</time> <span>{text}</span>
          </li>
        ))}
      </ol>
      {shown.length === 0 && <p class="hint">Nothing has changed since this console looks.</p>}
      <h3>What people said</h3>
      {labels.length === 0 ? <p class="hint">Nothing yet.</p> : <Audit labels={labels.toReversed()} />}
    </section>
  );
}
