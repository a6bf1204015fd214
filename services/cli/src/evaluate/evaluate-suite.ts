// Runs a benchmark suite for `tocsin evaluate --suite` and writes what its own scorer reads, with the figures beside it.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  readNab,
  readRecorded,
  readSkab,
  scoreSuite,
  suiteLines,
  suitePlans,
  suiteTable,
  summarise,
  type SuiteFile,
  type SuiteName,
  type SuiteSummary,
} from '@tocsin/evaluator';
import { readDevice } from '@tocsin/simulator';
import type { Learner } from '@tocsin/models';
import { tableLines } from '../terminal/table.ts';
import type { Screen } from '../terminal/screen.ts';
import { UsageError } from '../usage-error.ts';
import { learnersFor } from './learners.ts';
import { openSources } from './open-sources.ts';

export type SuiteRequest = {
  suite: SuiteName;
  /** The suite's own folder, or recorded data (with `manifest.json`). */
  dataDirectory: string;
  outDirectory: string;
  /** One learner; the suite's own choice where left out. */
  methods: readonly string[] | undefined;
  /** What `tocsin train` wrote, instead of a learner. */
  modelsDirectory: string | undefined;
  /** Of recorded data: `meta-validation` judges all devices but those of meta-test, `meta-test` only these. */
  split: 'meta-validation' | 'meta-test';
  pageFile: string | undefined;
};

/** Throws a `UsageError` on a learner that is not there, a `SuiteError` or `FleetError` on data that cannot be read. */
export async function evaluateSuite(request: SuiteRequest, screen: Screen): Promise<{ summary: SuiteSummary; lines: string[] }> {
  const { suite, outDirectory, pageFile } = request;
  const learner = learnerOf(request);
  const plan = { ...suitePlans[suite], learner: learner.name };
  if (request.modelsDirectory !== undefined) plan.prior = 'others';
  const all = await filesOf(request);
  // A folder of models may have been trained on the meta-train devices.
  const files = request.modelsDirectory === undefined ? all : all.filter(({ split }) => split !== 'meta-train');
  const judged = files.some(({ split }) => split === 'meta-test') && request.split === 'meta-test' ? 'held-out' : 'tuning';
  try {
    const scored = await scoreSuite(files, learner, plan, judged, (share, text) => screen.progress(share, text));
    const { summary, results } = summarise(scored, plan, learner.name, judged);
    for (const { path, text } of results) writeText(join(outDirectory, path), text);
    writeText(join(outDirectory, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    if (pageFile !== undefined) writeText(pageFile, `${suiteLines(summary).join('\n')}\n`);
    const { titles, rows } = suiteTable(summary);
    const columns = titles.map((title, i) => ({
      title,
      align: i === 0 ? ('left' as const) : ('right' as const),
      cell: (row: string[]) => row[i],
    }));
    return { summary, lines: tableLines(rows, columns) };
  } finally {
    screen.done();
  }
}

async function filesOf({ suite, dataDirectory }: SuiteRequest): Promise<SuiteFile[]> {
  if (!existsSync(join(dataDirectory, 'manifest.json')) && !existsSync(join(dataDirectory, 'index.json')))
    return suite === 'nab' ? readNab(dataDirectory) : readSkab(dataDirectory);
  const { sources } = openSources(dataDirectory);
  const set = sources.find(({ name }) => name === suite);
  if (set === undefined)
    throw new UsageError(
      `--suite: ${dataDirectory} has no data set '${suite}'; there are ${sources.map(({ name }) => name).join(', ')}`,
    );
  const deviceOf = new Map(set.devices.map((device) => [device.id, device]));
  return readRecorded(set, (device) => readDevice(deviceOf.get(device.id) ?? device));
}

function learnerOf({ suite, methods, modelsDirectory }: SuiteRequest): Learner {
  const known = learnersFor(modelsDirectory ?? null).map(({ learner }) => learner);
  const wanted = methods ?? [modelsDirectory === undefined ? suitePlans[suite].learner : 'tocsin'];
  const found = known.find(({ name }) => name === wanted[0]);
  if (found !== undefined && wanted.length === 1) return found;
  throw new UsageError(`--methods: '${wanted.join()}'; with --suite expected one of ${known.map(({ name }) => name).join(', ')}`);
}

function writeText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
