// `tocsin train`, and `tocsin evaluate` with what it wrote: on small folders, with the built threads.
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EvaluationReport } from '@tocsin/evaluator';
import { decodeBundle } from '@tocsin/models';
import { createTestWorld, type TestWorld } from '../test-world.fixture.ts';
import { writeFolder } from '../train/recorded-folder.fixture.ts';
import { readIndex } from '../train/models-index.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'tocsin-train-'))));

const learnt = ['meta-train', 'meta-train', 'meta-train', 'meta-test'];

async function run(line: string): Promise<{ code: unknown; world: TestWorld }> {
  const world = createTestWorld();
  return { code: await world.tocsin(`${line} --work ${directory}/work`), world };
}

const train = (more = '') => run(`train --data ${directory}/data --out ${directory}/models --learner eb ${more}`.trimEnd());

async function evaluate(data: string, more = ''): Promise<{ code: unknown; world: TestWorld; report: EvaluationReport }> {
  const line = `evaluate --data ${directory}/${data} --models ${directory}/models --out ${directory}/out.json --shots 0,10 --anomalies 0,1`;
  const ran = await run(`${line} ${more}`.trimEnd());
  return { ...ran, report: JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8')) as EvaluationReport };
}

const rowOf = ({ rows }: EvaluationReport, method: string, shots: number) =>
  rows.find((row) => row.method === method && row.shots === shots && row.anomalies === 0);

describe('tocsin train', () => {
  test(
    'writes a whole bundle per class and an index, says what it chose, and does nothing twice',
    { timeout: 60_000 },
    async () => {
      for (const name of ['pumps', 'fans']) writeFolder(`${directory}/data`, { name, splits: learnt });
      const { code, world } = await train();
      expect(world.err()).not.toContain('failed');
      expect(code).toBe(0);
      expect(world.out()).toMatch(/^class +devices +windows +learner +held-out AUROC +seconds$/m);
      expect(world.out()).toMatch(/^pumps +3 +\d+ +eb +[\d.]+ +[\d.]+$/m);
      const bundle = decodeBundle(readFileSync(join(directory, 'models/pumps.tcsb')));
      expect(bundle).toMatchObject({ deviceClass: 'pumps', version: 1, metrics: { devicesTrained: 3 } });
      expect(readdirSync(join(directory, 'models')).toSorted()).toEqual(['fans.tcsb', 'models.json', 'pumps.tcsb']);

      rmSync(join(directory, 'models/fans.tcsb'));
      const again = await train();
      expect(again.world.err()).toContain('1 of them before');
      const versions = readIndex(join(directory, 'models')).classes.map(
        ({ deviceClass, version }) => `${deviceClass} ${version}`,
      );
      expect(versions).toEqual(['fans 2', 'pumps 1']);
    },
  );

  test('a broken device is told and left out; a broken manifest stops everything', { timeout: 60_000 }, async () => {
    const folder = writeFolder(`${directory}/data`, { name: 'pumps', splits: learnt });
    truncateSync(join(folder, 'devices/d1.csv.gz'), 3000);
    writeFileSync(join(folder, 'devices/d2.csv.gz'), gzipSync('t,s0,s1,label\n0,1,much,0\n1000,1,1,0\n'));
    const { code, world } = await train();
    expect(code).toBe(1);
    expect(world.err()).toMatch(/failed: pumps, d1: .*d1\.csv\.gz: .*expected a whole gzip file: pack or copy it again/);
    expect(world.err()).toMatch(/failed: pumps, d2: .*manifest\.json: devices\[2\]\.rows is 700; expected 2, the rows of/);
    expect(world.out()).toMatch(/^pumps +1 /m);

    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ name: 'pumps', devices: [{ id: 'd0', rows: 'many' }] }));
    const refused = await train();
    expect(refused.code).toBe(1);
    expect(refused.world.err()).toMatch(/manifest\.json: devices\[0\]\.rows is "many"; expected a whole number from 1 on/);
  });
});

describe('tocsin evaluate --models', () => {
  test(
    'known classes start from their bundle, others from their own windows; nothing is fitted',
    { timeout: 60_000 },
    async () => {
      writeFolder(`${directory}/data`, { name: 'pumps', splits: learnt });
      await train();
      const unseen = ['meta-test', 'meta-test'];
      writeFolder(`${directory}/other`, { name: 'pumps', splits: unseen });
      writeFolder(`${directory}/other`, { name: 'alike', splits: unseen });
      writeFolder(`${directory}/other`, { name: 'lathes', splits: unseen, channels: 3 });
      const { code, report } = await evaluate('other');
      expect(report.failures).toEqual([]);
      expect(code).toBe(0);
      const origins = report.origins.map(({ deviceClass, origin }) => `${deviceClass}: ${origin}`);
      expect(origins.toSorted()).toEqual([
        'alike: no model of the class: own windows only',
        'lathes: no model of the class: own windows only',
        'pumps: eb, version 1',
      ]);
      // Before the first window only a prior can say anything.
      expect(report.rows.filter((row) => row.method === 'tocsin' && row.shots === 0 && row.anomalies === 0)).toHaveLength(1);
      for (const set of ['pumps', 'alike', 'lathes']) {
        const row = report.rows.find((entry) => entry.set === set && entry.method === 'tocsin' && entry.shots === 10);
        expect(row?.figures.auroc, set).toBeGreaterThan(0.9);
        expect(row?.figures.falsePositiveRate, set).not.toBeNull();
      }
      expect(rowOf(report, 'knn-own', 10)).toBeDefined();
      expect(rowOf(report, 'knn-fleet', 10)).toBeUndefined();
      expect(report.skips.find(({ method }) => method === 'knn-fleet')?.reason).toMatch(/needs normal windows of meta-train/);
    },
  );

  test('a folder that is no folder of models, and a bundle that is not what the index says', { timeout: 60_000 }, async () => {
    writeFolder(`${directory}/data`, { name: 'pumps', splits: learnt });
    const world = createTestWorld();
    expect(await world.tocsin(`evaluate --data ${directory}/data --models ${directory}/none --out ${directory}/out.json`)).toBe(
      1,
    );
    expect(world.err()).toMatch(/none\/models\.json: not there; expected what tocsin train --out .* writes/);
    await train();
    truncateSync(join(directory, 'models/pumps.tcsb'), 100);
    const { code, report } = await evaluate('data');
    expect(code).toBe(1);
    expect(report.failures.map(({ method, message }) => `${method}: ${message}`)).toEqual([
      expect.stringMatching(/^tocsin: .*pumps\.tcsb: checksum is not that of models\.json; run tocsin train/),
    ]);
  });
});
