// NAB's result files: results/<detector>/<category>/<detector>_<file>.csv, config/thresholds.json and results/final_results.json, as
// `python run.py -d tocsin --optimize --score --normalize` of numenta/NAB reads and writes them.
import { timeText } from './parse-rows.ts';
import { newsOnly, type ScoredFile } from './score-file.ts';
import { rowLabels } from './suite-file.ts';
import { nabProfiles, nabScore, type NabFile, type NabProfile, type NabScore } from './nab-score.ts';

export const nabDetector = 'tocsin';

/** Path below the results folder, and text. */
export type ResultFile = { path: string; text: string };

/** Scores of the rows in [0, 1): the logistic function of the score, 0 where there is none or it is no news. */
export function nabRowScores({ scores }: Pick<ScoredFile, 'scores'>, newsRows: number): Float64Array {
  return newsOnly(scores, newsRows).map((score) => (Number.isNaN(score) ? 0 : 1 / (1 + Math.exp(-score))));
}

export function nabFile(scored: ScoredFile, newsRows: number): NabFile {
  return { scores: nabRowScores(scored, newsRows), windows: scored.file.events };
}

export function nabScores(files: readonly NabFile[]): Record<NabProfile, NabScore> {
  const of = (profile: NabProfile): NabScore => nabScore(files, nabProfiles[profile]);
  return { standard: of('standard'), reward_low_FP_rate: of('reward_low_FP_rate'), reward_low_FN_rate: of('reward_low_FN_rate') };
}

/** All files of a detector; thresholds and final figures hold this detector's entry only. */
export function nabResultFiles(
  scored: readonly ScoredFile[],
  files: readonly NabFile[],
  figures: Readonly<Record<NabProfile, NabScore>>,
): ResultFile[] {
  const entries = (of: (score: NabScore) => unknown): string => {
    const profiles = Object.entries(figures).map(([profile, score]) => [profile, of(score)]);
    return `${JSON.stringify({ [nabDetector]: Object.fromEntries(profiles) }, null, 4)}\n`;
  };
  return [
    ...scored.map((one, i) => ({ path: nabPath(one.file.name), text: nabCsv(one, files[i].scores) })),
    { path: 'config/thresholds.json', text: entries(({ score, threshold }) => ({ score, threshold })) },
    { path: 'results/final_results.json', text: entries(({ normalised }) => normalised) },
  ];
}

function nabPath(name: string): string {
  const at = name.lastIndexOf('/') + 1;
  return `results/${nabDetector}/${name.slice(0, at)}${nabDetector}_${name.slice(at)}`;
}

function nabCsv({ file }: ScoredFile, scores: Float64Array): string {
  const labels = rowLabels(file);
  const lines = Array.from(file.timesMs, (timeMs, row) =>
    [timeText(timeMs), Number.isNaN(file.samples[row]) ? '' : file.samples[row], scores[row], labels[row]].join(),
  );
  return `timestamp,value,anomaly_score,label\n${lines.join('\n')}\n`;
}
