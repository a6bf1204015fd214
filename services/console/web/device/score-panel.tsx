// Score and threshold over event time; a window is chosen by pointing, or with the slider below, a stretch by drawing it out.
import { useState } from 'preact/hooks';
import type { AlertView } from '../../src/api/alerts-api.ts';
import type { Series } from '../../src/api/fleet-api.ts';
import { ScoreChart } from '../charts/score-chart.tsx';
import { useSettings } from '../live/settings.ts';
import { figure } from '../words/figures.ts';
import { dayText, timeText, zoneName } from '../words/times.ts';

type Props = { series: Series; alerts: readonly AlertView[]; chosen: string | null; choose(windowId: string | null): void };

export function ScorePanel({ series, alerts, chosen, choose }: Props) {
  const { zone } = useSettings();
  const [isZoomed, setZoomed] = useState(false);
  const windows = series.endMs.length;
  if (windows === 0) return <p class="empty">No window of this device is kept here.</p>;
  const found = chosen === null ? windows - 1 : series.windowId.indexOf(chosen);
  const at = Math.max(0, found);
  const known = `${timeText(series.endMs[at], zone, series.endMs[windows - 1])}, score ${figure(series.score[at])}, threshold ${figure(series.threshold[at])}`;
  const text = found < 0 ? 'the chosen window is older than what is drawn here' : known;
  const pick = (i: number) => choose(i >= windows - 1 ? null : series.windowId[i]);
  return (
    <section class="panel" aria-labelledby="score-title">
      <h2 id="score-title">
        Score and threshold{' '}
        <span class="dim">
          event time, {dayText(series.endMs[windows - 1], zone)}, {zoneName(zone)}
        </span>
      </h2>
      <ScoreChart series={series} alerts={alerts} zone={zone} at={found} pick={pick} isZoomed={isZoomed} onZoom={setZoomed} />
      <div class="slider">
        <label class="sr" for="window">
          Window
        </label>
        <input
          id="window"
          type="range"
          min={0}
          max={windows - 1}
          value={at}
          aria-valuetext={text}
          onInput={(event) => pick(Number(event.currentTarget.value))}
        />
        <output for="window">{text}</output>
        {isZoomed && (
          <button type="button" class="plain" onClick={() => setZoomed(false)}>
            All of the time
          </button>
        )}
        <button type="button" class="plain" disabled={chosen === null} onClick={() => choose(null)}>
          Newest
        </button>
      </div>
    </section>
  );
}
