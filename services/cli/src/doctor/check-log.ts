// The log: is it there, what is on its topics, and how far has the scorer read?
import type { Config } from '@tocsin/config';
import { openTransport, type LogAdmin, type TopicInfo, type Transport } from '@tocsin/transport';
import { explainError } from '../explain-error.ts';
import type { World } from '../world.ts';
import { isThere } from './check-disk.ts';
import { checkTelemetry } from './check-telemetry.ts';
import { fail, ok, warn, type Finding, type Report } from './finding.ts';
import { judgeGroup, judgeTopics } from './judge-topics.ts';
import { within } from './run-checks.ts';

const pingMaxMs = 4000;
const groupMaxMs = 2000;

export async function checkLog(config: Config, world: World, report: Report): Promise<void> {
  const { kind, directory } = config.transport;
  // Looking must not leave a log behind where there was none.
  if (kind === 'embedded' && !isThere(directory)) {
    const found = `embedded log in ${directory}: not there yet`;
    return report(warn('log', found, 'it is made by the first program that starts'));
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
  for (const info of read) report(await checkGroup(admin, config.scorer.groupId, info));
  await checkTelemetry(transport, read, config, world, report);
}

/** A cluster that is new, or whose coordinator moves, answers late: that keeps nothing else from being looked at. */
async function checkGroup(admin: LogAdmin, groupId: string, info: TopicInfo): Promise<Finding> {
  try {
    return judgeGroup(groupId, info, await within(groupMaxMs, () => admin.committed(groupId, info.name)));
  } catch (error) {
    const found = `its place in ${info.name} cannot be told: ${explainError(error)}`;
    return warn(`group ${groupId}`, found, 'run this again; may we describe the group?');
  }
}
