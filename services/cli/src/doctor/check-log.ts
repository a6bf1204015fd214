// The log: is it there, what is on its topics, and who reads them?
import { resolve } from 'node:path';
import type { Config } from '@tocsin/config';
import { openTransport, type Transport } from '@tocsin/transport';
import { explainError } from '../explain-error.ts';
import type { World } from '../world.ts';
import { isThere, madeLater } from './check-disk.ts';
import { checkGroups } from './check-groups.ts';
import { checkTelemetry } from './check-telemetry.ts';
import { fail, ok, warn, type Report } from './finding.ts';
import { judgeTopics } from './judge-topics.ts';
import { within } from './run-checks.ts';

const pingMaxMs = 4000;

export async function checkLog(config: Config, world: World, report: Report): Promise<void> {
  const { kind, directory } = config.transport;
  // Looking must not leave a log behind where there was none.
  if (kind === 'embedded' && !isThere(directory)) {
    return report(warn('log', `embedded log in ${resolve(directory)}: not there yet`, madeLater));
  }
  const transport = openTransport(config.transport, () => undefined);
  try {
    if (await isReached(transport, config, report)) await checkTopics(transport, config, world, report);
  } finally {
    // What hangs is given up with the process.
    void transport.close().catch(() => undefined);
  }
}

async function isReached(
  transport: Transport,
  { transport: { kind, brokers, directory } }: Config,
  report: Report,
): Promise<boolean> {
  try {
    report(ok('log', await within(pingMaxMs, () => transport.admin().ping())));
    return true;
  } catch (error) {
    const isKafka = kind === 'kafka';
    const remedy = isKafka
      ? 'check transport.brokers (KAFKA_BROKERS), the network and credentials'
      : 'check transport.directory and the disk';
    const found = `${isKafka ? brokers.join(', ') : directory}: ${explainError(error)}`;
    report(fail('log', found, `${remedy}; topics and telemetry were not looked at`));
    return false;
  }
}

async function checkTopics(transport: Transport, config: Config, world: World, report: Report): Promise<void> {
  const admin = transport.admin();
  const { telemetry, windows, alerts, labels, models, deadLetter, late, incidents, notices, undelivered } = config.topics;
  const told = [incidents, notices, undelivered];
  const names = [...telemetry, windows, alerts, labels, models, deadLetter, ...told, ...(late === null ? [] : [late])];
  const described = await Promise.all(names.map(async (name) => ({ name, info: await admin.describe(name) })));
  judgeTopics(described, models, telemetry).forEach(report);
  const read = described.flatMap(({ name, info }) => (info !== null && telemetry.includes(name) ? [info] : []));
  const there = described.flatMap(({ info }) => (info === null ? [] : [info]));
  (await checkGroups(admin, config, there)).forEach(report);
  await checkTelemetry(transport, read, config, world, report);
}
