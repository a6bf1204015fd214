import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { nabRowScores } from './nab-results.ts';
import { timeText } from './parse-rows.ts';
import { readNab } from './read-nab.ts';
import { fileNameOf } from './read-recorded.ts';
import { readSkab } from './read-skab.ts';
import { suiteLines } from './suite-lines.ts';
import { suitePlans } from './suite-plans.ts';
import { summarise } from './suite-summary.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tocsin-suite-'))));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const skabHeader = 'datetime;Current;Voltage;anomaly;changepoint';
const skabRun = `${skabHeader}\n2020-03-09 10:14:33;1.5;230;0.0;0.0\n2020-03-09 10:14:34;;231;1.0;1.0\n2020-03-09 10:14:35;1.6;229;1.0;0.0\n`;
const windows = { 'realTraffic/speed.csv': [['2015-09-11 15:35:00.000000', '2015-09-11 15:40:00.000000']] };
const nabRows = [
  '2015-09-11 15:30:00,70',
  '2015-09-11 15:35:00,71.25',
  '2015-09-11 15:35:00,70',
  '2015-09-11 15:40:00,1234567.5',
];
const nabText = `timestamp,value\n${nabRows.join('\n')}\n`;

function writeNab(text = nabText, labels: unknown = windows): void {
  write('data/realTraffic/speed.csv', text);
  write('labels/combined_windows.json', JSON.stringify(labels));
}

describe('SKAB', () => {
  test('runs, labels and changepoints; a run without a fault is not judged; a missing cell is NaN', () => {
    write('data/valve1/0.csv', skabRun);
    write('data/anomaly-free/anomaly-free.csv', 'datetime;Current;Voltage\n2020-02-08 13:30:47;1;2\n');
    const [free, run] = readSkab(folder);
    expect(free).toMatchObject({ name: 'anomaly-free/anomaly-free.csv', isJudged: false, events: [] });
    expect(run).toMatchObject({
      name: 'valve1/0.csv',
      channels: ['Current', 'Voltage'],
      events: [{ startRow: 1, endRow: 3 }],
      changepoints: [1],
      isJudged: true,
    });
    expect([...run.samples]).toEqual([1.5, 230, Number.NaN, 231, 1.6, 229]);
    expect(run.timesMs[0]).toBe(Date.UTC(2020, 2, 9, 10, 14, 33));
  });

  test('bad input names file and line', () => {
    expect(() => readSkab(join(folder, 'nowhere'))).toThrow(/nowhere: no such folder/);
    write('data/valve1/0.csv', skabRun.replaceAll(';', ','));
    expect(() => readSkab(folder)).toThrow(/0\.csv: line 1 .*expected columns separated by ';'/);
    write('data/valve1/0.csv', skabRun.replace(';changepoint', ';change'));
    expect(() => readSkab(folder)).toThrow(/line 1: columns .* expected datetime, anomaly, changepoint/);
    write('data/valve1/0.csv', skabRun.replace('1.6', 'high'));
    expect(() => readSkab(folder)).toThrow(/line 4: Current is 'high'; expected a number/);
    write('data/valve1/0.csv', `${skabHeader}\n`);
    expect(() => readSkab(folder)).toThrow(/no rows/);
  });

  test('predictions as chp_score takes them', () => {
    write('data/valve1/0.csv', skabRun);
    const [file] = readSkab(folder);
    const scored = { file, supportWindows: 2, scores: Float64Array.of(Number.NaN, 0.5, 2), isAlarm: Uint8Array.of(0, 0, 1) };
    const { summary, results } = summarise([scored], suitePlans.skab, 'head-pooled', 'tuning');
    expect(results).toEqual([
      {
        path: 'predictions/valve1/0.csv',
        text: 'datetime;anomaly;changepoint;score\n2020-03-09 10:14:33;0;0;\n2020-03-09 10:14:34;0;0;0.5\n2020-03-09 10:14:35;1;1;2\n',
      },
    ]);
    expect(summary).toMatchObject({ suite: 'skab', outlier: { far: 0, mar: 50 }, files: [{ name: 'valve1/0.csv', rows: 3 }] });
    expect(suiteLines(summary).join('\n')).toMatch(/\| all \(leaderboard\) \| 1 \| 0\.667 \| 0\.00 \| 50\.00 \|/);
  });
});

describe('NAB', () => {
  test('windows in rows; a repeated time keeps both rows', () => {
    writeNab();
    const [file] = readNab(folder);
    expect(file).toMatchObject({ name: 'realTraffic/speed.csv', events: [{ startRow: 1, endRow: 4 }], isJudged: true });
    expect([...file.samples]).toEqual([70, 71.25, 70, 1234567.5]);
  });

  test('a missing labels file, an unknown file, a broken window', () => {
    write('data/realTraffic/speed.csv', nabText);
    expect(() => readNab(folder)).toThrow(/combined_windows\.json: no such file/);
    writeNab(nabText, {});
    expect(() => readNab(folder)).toThrow(/nothing about realTraffic\/speed\.csv; expected its anomaly windows/);
    writeNab(nabText, { 'realTraffic/speed.csv': [['2015-09-11 15:31:00', '2015-09-11 15:40:00']] });
    expect(() => readNab(folder)).toThrow(/window's ends are not times of its rows/);
    writeNab(nabText.replace('15:30:00', '15 o clock'));
    expect(() => readNab(folder)).toThrow(/line 2: time .*expected one like 2014-02-14 14:30:00/);
  });

  test('result files where its scorer looks for them', () => {
    writeNab();
    const [file] = readNab(folder);
    const scored = { file, supportWindows: 1, scores: Float64Array.of(Number.NaN, 0, -1, 2), isAlarm: new Uint8Array(4) };
    const { results } = summarise([scored], suitePlans.nab, 'knn-own', 'tuning');
    expect(results.map(({ path }) => path)).toEqual([
      'results/tocsin/realTraffic/tocsin_speed.csv',
      'config/thresholds.json',
      'results/final_results.json',
    ]);
    expect(results[0].text.split('\n').slice(0, 3)).toEqual([
      'timestamp,value,anomaly_score,label',
      '2015-09-11 15:30:00,70,0,0',
      '2015-09-11 15:35:00,71.25,0.5,1',
    ]);
    expect(JSON.parse(results[1].text)).toMatchObject({
      tocsin: { standard: { score: expect.any(Number), threshold: expect.any(Number) } },
    });
  });

  test('scores of rows lie in [0, 1) and rise with the score', () => {
    const scores = Float64Array.of(Number.NaN, -20, 0, 20);
    const rows = nabRowScores({ scores }, 0);
    expect(rows[0]).toBe(0);
    expect([...rows]).toEqual([...rows].toSorted((a, b) => a - b));
    expect(rows[3]).toBeLessThan(1);
  });
});

test('names of recorded devices are those of the files they come from', () => {
  expect(fileNameOf({ id: 'skab-valve1-0', dataSet: 'skab', group: 'valve1' })).toBe('valve1/0.csv');
  expect(fileNameOf({ id: 'realTweets-Twitter_volume_FB', dataSet: 'nab', group: 'realTweets' })).toBe(
    'realTweets/Twitter_volume_FB.csv',
  );
});

test('times are written as they are read', () => {
  expect(timeText(Date.UTC(2014, 1, 14, 14, 30))).toBe('2014-02-14 14:30:00');
});
