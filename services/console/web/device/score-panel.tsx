// Score and threshold over event time; a window is chosen by pointing, or with the slider below.
import type { AlertView } from '../../src/api/alerts-api.ts';
import type { Series } from '../../src/api/fleet-api.ts';
import { ScoreChart } from '../charts/score-chart.tsx';
import { useSettings } from '../live/settings.ts';
import { figure } from '../words/figures.ts';
import { dayText, timeText, zoneName } from '../words/times.ts';

type Props = { series: Series; alerts: readonly AlertView[]; chosen: string | null; choose(windowId: string | null): void };

export function ScorePanel({ series, alerts, chosen, choose }: Props) {
  const { zone } = useSettings();
  const windows = series.endMs.length;
  if (windows === 0) return <p class="empty">No window of this device is kept.</p>;
  const at = chosen === null ? windows - 1 : Math.max(0, series.windowId.indexOf(chosen));
  const text = `${timeText(series.endMs[at], zone, series.endMs[windows - 1])}, score ${figure(series.score[at])}, threshold ${figure(series.threshold[at])}`;
  const pick = (i: number) => choose(i >= windows - 1 ? null : series.windowId[i]);
  return (
    <section class="panel" aria-labelledby="score-title">
      <h2 id="score-title">
        Score and threshold{' '}
        <span class="dim">
          event time, {dayText(series.endMs[windows - 1], zone)}, {zoneName(zone)}
        </span>
      </h2>
      <ScoreChart series={series} alerts={alerts} zone={zone} at={at} pick={pick} />
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
        <button type="button" class="plain" disabled={chosen === null} onClick={() => choose(null)}>
          Newest
        </button>
      </div>
    </section>
  );
}
