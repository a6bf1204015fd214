// Does the tasks of an evaluation, in a thread or in the caller's own.
import type { Learner } from '@tocsin/models';
import { judgeClass, type ClassTables } from '../protocol/judge-class.ts';
import type { EvaluationClass } from '../sets/evaluation-sets.ts';
import type { ReadRows, SourceDevice } from '../source.ts';
import { cutOnce } from '../windows/cut-once.ts';
import { judgedFrom, type DeviceTable } from '../windows/device-table.ts';
import { tableKey } from '../windows/window-cache.ts';
import type { ClassFacts, CutTask, EvaluationWorker, JudgeTask, SetResult } from './task.ts';

/** What only whoever composes the services can bring. */
export type EvaluationParts = { readRows: ReadRows; learners: readonly Learner[] };

/** A worker in the caller's thread. Keeps the windows of the last set in memory. */
export function localWorker({ readRows, learners }: EvaluationParts): EvaluationWorker {
  let held: { set: string; tables: Map<string, DeviceTable> } = { set: '', tables: new Map() };

  async function tableOf(device: SourceDevice, of: EvaluationClass, { set, cacheDirectory }: JudgeTask): Promise<DeviceTable> {
    if (held.set !== set.name) held = { set: set.name, tables: new Map() };
    const key = tableKey(device, of);
    const table = held.tables.get(key) ?? (await cutOnce(device, of, cacheDirectory, readRows));
    held.tables.set(key, table);
    return table;
  }

  async function judgeOne(of: EvaluationClass, task: JudgeTask, onShare: (share: number) => void): Promise<SetResult[number]> {
    const learner = learners.find(({ name }) => name === task.method);
    if (learner === undefined) throw new RangeError(`method '${task.method}': not one of those this worker knows`);
    const tables: DeviceTable[] = [];
    for (const device of of.devices) {
      if (device.split === 'meta-train' || device.split === task.plan.split) tables.push(await tableOf(device, of, task));
    }
    const { name, window, rateHz } = of.deviceClass;
    const classTables: ClassTables = {
      name,
      spec: of.spec,
      place: { samples: window.samples, hop: window.hop, rateHz },
      train: tables.filter(({ split }) => split === 'meta-train'),
      judged: tables.filter(({ split }) => split === task.plan.split),
    };
    return { facts: factsOf(classTables), result: await judgeClass(learner, classTables, task.plan, task.seed, onShare) };
  }

  return {
    async cut({ device, of, cacheDirectory }: CutTask) {
      await cutOnce(device, of, cacheDirectory, readRows);
    },
    async judge(task, onShare) {
      // A class without a device to judge has nothing to say.
      const classes = task.set.classes.filter(({ devices }) => devices.some(({ split }) => split === task.plan.split));
      const results: SetResult = [];
      for (const of of classes) {
        const done = results.length;
        results.push(await judgeOne(of, task, (share) => onShare((done + share) / classes.length)));
      }
      return results;
    },
    close: async () => {},
  };
}

function factsOf({ name, spec, place, train, judged }: ClassTables): ClassFacts {
  const labels = judged.flatMap((table) => Array.from(table.labels.subarray(judgedFrom(table))));
  return {
    name,
    d: spec.elements.length,
    ...place,
    trainDevices: train.length,
    judgedDevices: judged.length,
    judgedWindows: labels.filter((label) => label >= 0).length,
    anomalousWindows: labels.filter((label) => label === 1).length,
    events: judged.reduce((sum, { events, trainRows }) => sum + events.filter(({ endRow }) => endRow > trainRows).length, 0),
  };
}
