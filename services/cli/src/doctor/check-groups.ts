// Everybody who has to read: the scorer, the trainer, the notifier and its sinks. How far are they, and are they there?
import type { Config } from '@tocsin/config';
import type { LogAdmin, TopicInfo } from '@tocsin/transport';
import { explainError } from '../explain-error.ts';
import { warn, type Finding } from './finding.ts';
import { judgeGroup } from './judge-group.ts';
import { within } from './run-checks.ts';

const groupMaxMs = 2000;

/** A group and the topic that it lives on. */
export type Reading = { groupId: string; service: string; topic: string };

/** Sinks read as groups of their own. */
export function groupsOf({ scorer, trainer, notifier, topics }: Config): Reading[] {
  const sinks = Object.keys(notifier.sinks);
  return [
    ...topics.telemetry.map((topic) => ({ groupId: scorer.groupId, service: 'the scorer', topic })),
    { groupId: trainer.groupId, service: 'the trainer', topic: topics.windows },
    { groupId: notifier.groupId, service: 'the notifier', topic: topics.alerts },
    ...sinks.map((name) => ({ groupId: `${notifier.groupId}.${name}`, service: 'the notifier', topic: topics.notices })),
  ];
}

/** Topics that are not there yet are told elsewhere, and nobody reads them. */
export async function checkGroups(admin: LogAdmin, config: Config, topics: readonly TopicInfo[]): Promise<Finding[]> {
  const there = groupsOf(config).flatMap((reading) => {
    const info = topics.find(({ name }) => name === reading.topic);
    return info === undefined ? [] : [checkGroup(admin, reading, info)];
  });
  return Promise.all(there);
}

/** A cluster that is new, or whose coordinator moves, answers late: that keeps nothing else from being looked at. */
async function checkGroup(admin: LogAdmin, { groupId, service }: Reading, info: TopicInfo): Promise<Finding> {
  const membersOrNull = within(groupMaxMs, () => admin.hasMembers(groupId)).catch(() => null);
  try {
    const commits = await within(groupMaxMs, () => admin.committed(groupId, info.name));
    return judgeGroup({ groupId, service, commits, hasMembers: await membersOrNull }, info);
  } catch (error) {
    const found = `its place in ${info.name} cannot be told: ${explainError(error)}`;
    return warn(`group ${groupId}`, found, 'run this again; may we describe the group?');
  }
}
