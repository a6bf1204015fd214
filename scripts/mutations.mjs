// The rules that scripts/mutate.mjs undoes, one at a time, and how: each where it lies in the sources.
import { deviceMutations } from './mutations-of-devices.mjs';

const guardTest = 'services/scorer/src/process-batch.test.ts';
const kafkaPartitionTest = 'shared/transport/src/kafka/kafka-partition.test.ts';

/**
 * `from` is there exactly once. Found by `test`, or by the simulator from seed `base` on, with windows that late samples amend for `amendMs`.
 * @type {{ rule: string, file: string, from: string, to: string, base?: number, amendMs?: number, test?: string }[]}
 */
export const mutations = [
  ...deviceMutations,
  {
    rule: 'storm rule 1: the emission frontier never goes back',
    file: 'services/scorer/src/process-batch.ts',
    from: 'partition.emitted = Math.max(partition.emitted, partition.next);',
    to: 'partition.emitted = partition.next;',
  },
  {
    rule: 'storm rule 1: no commit before a replay has caught up',
    file: 'services/scorer/src/partition.ts',
    from: 'if (partition.next < partition.emitted) return null;',
    to: 'partition.emitted = partition.next;',
  },
  {
    rule: 'the emission frontier of other classes says nothing of the windows of these',
    test: 'test/pipeline/changed-class.test.ts',
    file: 'services/scorer/src/partition.ts',
    from: "(noted(metadata, 'c') ?? classes) !== classes",
    to: 'false',
  },
  {
    rule: 'storm rule 2: the frontier in the store does not decide what is in a window',
    file: 'services/scorer/src/pipeline.ts',
    from: '      device.lastSeenMs = partition.logTimeMs;',
    to: '      if (readingEndMs(reading) <= device.state.frontierMs) return;\n      device.lastSeenMs = partition.logTimeMs;',
  },
  {
    rule: 'storm rule 3: nothing committed is the start of the log only where that is asked for',
    file: 'shared/transport/src/resume.ts',
    from: "startFrom === 'latest' ? endOffset : startOffset",
    to: 'endOffset',
  },
  {
    rule: 'storm rule 4: what a handler changed before it threw is dropped',
    file: 'services/scorer/src/process-batch.ts',
    from: 'if (known !== undefined && known.epoch === batch.epoch) return known;',
    to: 'if (known !== undefined) return known;',
  },
  {
    rule: 'epoch guard after a call',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '  if (batch.isStale()) throw new PartitionLost();\n  return result;',
    to: '  return result;',
  },
  {
    rule: 'epoch guard of the Kafka reader: a partition that was lost is not committed',
    test: kafkaPartitionTest,
    file: 'shared/transport/src/kafka/kafka-partition.ts',
    from: '    if (!isCurrent(of)) return;\n    const partitions',
    to: '    const partitions',
  },
  {
    rule: 'epoch guard of the Kafka reader: nor resolved',
    test: kafkaPartitionTest,
    file: 'shared/transport/src/kafka/kafka-partition.ts',
    from: '      if (!isCurrent(of)) return;\n      const last',
    to: '      const last',
  },
  {
    rule: 'a handler that threw is followed by a seek to the commit, in a new epoch',
    test: kafkaPartitionTest,
    file: 'shared/transport/src/kafka/kafka-partition.ts',
    from: '        renewEpoch();\n        host.onFailure',
    to: '        host.onFailure',
  },
  {
    rule: 'what the group said before a process was frozen is asked again',
    test: kafkaPartitionTest,
    file: 'shared/transport/src/kafka/kafka-partition.ts',
    from: 'if (performance.now() - askedMs > answerMaxMs) await beat(payload);',
    to: '',
  },
  {
    // Two owners at once say the same, and an old one is stopped by the group: only something outside of it comes here.
    rule: 'a compare-and-set that lost starts over',
    test: 'test/pipeline/conflicts.test.ts',
    file: 'services/scorer/src/store-devices.ts',
    from: 'throw new StateConflict(entries.map(({ deviceId }) => deviceId));',
    to: 'return;',
  },
  {
    rule: 'a new owner stores what it takes over before it says anything',
    base: 500018394,
    file: 'services/scorer/src/load-devices.ts',
    from: 'if (!device.isInStore) return;',
    to: 'return;',
  },
  {
    // The simulator plays bundles that are adopted too late, but hardly ever one with a label on top.
    rule: 'nothing is stored over what was not read',
    test: 'services/scorer/src/store-devices.test.ts',
    file: 'services/scorer/src/store-devices.ts',
    from: 'over: storedOrder,',
    to: '',
  },
  {
    rule: 'the commit is held back to what open windows need',
    file: 'services/scorer/src/partition.ts',
    from: 'firstNeededOffset(device.windows), ',
    to: '',
  },
  {
    rule: 'the frontier in the store suppresses',
    file: 'services/scorer/src/pipeline.ts',
    from: 'offset < partition.emitted || endMs <= device.state.frontierMs',
    to: 'offset < partition.emitted',
  },
  {
    rule: 'the frontier covers windows too full of holes',
    file: 'services/scorer/src/pipeline.ts',
    from: '      moveOn(device, endMs);\n',
    to: '      device.isDirty = true;\n',
  },
  {
    rule: 'silence is held back to the watermark',
    base: 2400,
    file: 'services/scorer/src/partition.ts',
    from: 'offset = Math.min(offset, device.windows.headOffset)',
    to: 'offset = Math.min(offset, device.lastOffset)',
  },
  {
    rule: 'epoch guard before a call',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '    if (batch.isStale()) throw new PartitionLost();\n    return call();',
    to: '    return call();',
  },
  {
    rule: 'the group is asked before a batch is begun',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '      await stillOurs(batch);\n',
    to: '',
  },
  {
    rule: 'the group is asked after a bundle or label was stored',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: '    await stillOurs(batch);\n  }\n  const { alerts',
    to: '  }\n  const { alerts',
  },
  {
    rule: 'what is replayed keeps the bundle named in the state',
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'if (isInStore && isReplayed)',
    to: 'if (false)',
  },
  {
    rule: 'a bundle taken up is stored before anything is sent under it',
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'if (isSwitch) mark(device);',
    to: '',
  },
  {
    rule: 'a device met for the first time is stored before anything of it is sent, also without a bundle',
    base: 5000366,
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'if (!isInStore) mark(device);',
    to: '',
  },
  {
    rule: 'a label takes effect only where nobody has been',
    file: 'services/scorer/src/fold-labels.ts',
    from: 'if (next.offset < partition.freshFrom) return 0;',
    to: '',
  },
  {
    rule: 'a label is stored before anything that follows from it is sent',
    file: 'services/scorer/src/process-batch.ts',
    from: 'if (settled + changed > 0) {',
    to: 'if (settled > 0) {',
  },
  {
    rule: 'log time goes on where it was',
    base: 220,
    file: 'services/scorer/src/partition.ts',
    from: "logTimeMs: noted(metadata, 't') ?? -Infinity,",
    to: 'logTimeMs: -Infinity,',
  },
  {
    rule: 'a scorer that cannot load the bundle does not start without it',
    test: 'test/pipeline/bundles.test.ts',
    file: 'services/scorer/src/initialisations.ts',
    from: 'if (current !== null) await adopt(current);',
    to: 'if (current !== null) await adopt(current).catch(() => null);',
  },
  {
    rule: 'partitions that were lost are forgotten with their devices',
    test: 'test/pipeline/handing-over.test.ts',
    file: 'services/scorer/src/process-batch.ts',
    from: 'if (!keys.has(key)) partitions.delete(key);',
    to: 'if (keys.size < 0) partitions.delete(key);',
  },
  {
    rule: 'a bundle of before is loaded by its version',
    test: 'test/pipeline/bundles.test.ts',
    file: 'services/scorer/src/settle-bundles.ts',
    from: 'const bundle = await initialisations.version(deviceClass.name, state.modelVersion);',
    to: 'const bundle = initialisations.current(deviceClass.name);',
  },
  {
    rule: 'a store that hangs is waited for with a heartbeat',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: 'beatWhile(parts.every, batch.heartbeat, () => untilReachable(whileOurs, wait))',
    to: 'untilReachable(whileOurs, wait)',
  },
  {
    rule: 'a walk ends after the record at which its time is over',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: 'while (at < records.length && wait.now() < endMs);',
    to: 'while (at < records.length);',
  },
  {
    rule: 'a device belongs to one partition until it has been silent there',
    test: 'services/scorer/src/claims.test.ts',
    file: 'services/scorer/src/claims.ts',
    from: 'if (record.timestampMs <= untilMs || claim.moves',
    to: 'if (claim.moves',
  },
  {
    // Takes a store that is away, a process that is frozen while it tries again, and a successor that is cut off before it has stored.
    rule: 'who tries again asks the group first',
    test: guardTest,
    file: 'services/scorer/src/process-batch.ts',
    from: 'if (isAgain) await batch.heartbeat();',
    to: '',
  },
];
