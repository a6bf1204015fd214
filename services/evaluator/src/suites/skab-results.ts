// SKAB's result files: per run a series by time of predictions that chp_score of waico/SKAB takes, for outliers and for changepoints.
import type { ResultFile } from './nab-results.ts';
import { timeText } from './parse-rows.ts';
import type { ScoredFile } from './score-file.ts';
import { changesOf } from './skab-score.ts';

/**
 * `predictions/<category>/<run>.csv`, semicolons as in the data: `pd.read_csv(file, sep=';', index_col='datetime', parse_dates=True)`
 * has the series as columns `anomaly` and `changepoint`; `score` is empty while the device is learnt.
 */
export function skabResultFiles(scored: readonly ScoredFile[]): ResultFile[] {
  return scored.map(({ file, scores, isAlarm }) => {
    const changes = changesOf(isAlarm);
    const lines = Array.from(file.timesMs, (timeMs, row) =>
      [timeText(timeMs), isAlarm[row], changes[row], Number.isNaN(scores[row]) ? '' : scores[row]].join(';'),
    );
    return { path: `predictions/${file.name}`, text: `datetime;anomaly;changepoint;score\n${lines.join('\n')}\n` };
  });
}
