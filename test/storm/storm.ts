// `npm run storm -- --scenario NAME[,NAME]|all --seed N [--seeds 5] [--out FILE [--add]]`: storms on a real Kafka and a real Redis.
// With `--add` the runs of other scenarios and seeds that are in the file stay there.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startKafka } from '../servers/kafka.mjs';
import { startRedis } from '../servers/redis.mjs';
import { hasFailed, runStorm, type StormOutcome } from './run-storm.ts';
import { scenarioNames, type ScenarioName } from './scenarios.ts';
import { lineOf, reportOf, tableOf, withEarlier } from './storm-report.ts';
import type { StormServers } from './storm-room.ts';

const root = '.tocsin/storms';
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'all' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    out: { type: 'string' },
    add: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const unknown = values.scenario.split(',').filter((name) => name !== 'all' && !scenarioNames.some((known) => known === name));
if (unknown.length > 0) fail(`no such scenario: ${unknown.join(', ')}; there are ${scenarioNames.join(', ')}, and all`);
const chosen = scenarioNames.filter((name) => values.scenario === 'all' || values.scenario.split(',').includes(name));
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.seed) + i);

// Whatever ends this process ends the servers and the scorers, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

mkdirSync(root, { recursive: true });
const [kafka, redis] = await Promise.all([startKafka(), startRedis({ durable: true })]);
const servers: StormServers = { brokers: kafka.brokers, kafka, redis };
const earlier: StormOutcome[] =
  values.add && values.out !== undefined && existsSync(values.out) ? JSON.parse(readFileSync(values.out, 'utf8')).runs : [];
const outcomes: StormOutcome[] = [];
const broken: string[] = [];
try {
  for (const seed of seeds) for (const scenario of chosen) await one(scenario, seed);
} finally {
  await Promise.all([kafka.stop(), redis.stop()]);
}
say(`\n${tableOf(outcomes)}`);
for (const line of broken) say(line);
process.exitCode = broken.length > 0 || outcomes.some(hasFailed) ? 1 : 0;

async function one(scenario: ScenarioName, seed: number): Promise<void> {
  const folder = join(root, `${scenario}-${seed}`);
  rmSync(folder, { recursive: true, force: true });
  const command = `npm run storm -- --scenario ${scenario} --seed ${seed}`;
  try {
    const outcome = await runStorm(scenario, seed, servers, folder);
    outcomes.push(outcome);
    say(lineOf(outcome));
    if (hasFailed(outcome)) say(`  ${outcome.verdict.problems.join('\n  ')}\n  again: ${command}\n  logs: ${folder}`);
    else if (!values.keep) rmSync(folder, { recursive: true });
  } catch (error) {
    broken.push(`${scenario} seed ${seed} did not come to an end: ${String(error)}; logs: ${folder}; again: ${command}`);
    say(broken[broken.length - 1]);
  }
  const report = reportOf(withEarlier(earlier, outcomes), { kafka: kafka.version, redis: redis.version, broken });
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
