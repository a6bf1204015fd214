// The scorer processes of a schedule: each on its own side of the same log, store and group.
import { between, type Random } from '@tocsin/signals';
import type { LogRecord, ReaderOptions } from '@tocsin/transport';
import { every, placeOf, sleep, type World } from './call.ts';
import { createSimulatedScorer, type ScorerPlace, type ScorerSetting } from './scorer-setting.ts';
import type { SimulatedGroup } from './simulated-group.ts';
import type { SimulatedLog } from './simulated-log.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { createSimulatedTransport, type SimulatedTransport } from './simulated-transport.ts';
import type { Process } from './virtual-time.ts';

export type Member = { process: Process; transport: SimulatedTransport; stop(): Promise<void> };

type MembersPlan = {
  world: World;
  random: Random;
  log: SimulatedLog;
  store: SimulatedStore;
  groupOf: (options: ReaderOptions) => SimulatedGroup;
  setting: ScorerSetting;
  isStrict: boolean;
  blocks: Record<string, number>;
};

/** The processes; `start` adds one, and one that ends is followed by another. */
export function createMembers(plan: MembersPlan): { members: Member[]; start(): void } {
  const { world, random, log, store, groupOf, setting, isStrict, blocks } = plan;
  const { time, faults } = world;
  const members: Member[] = [];
  const onBlock = (_: string, outcome: string) => void (blocks[outcome] = (blocks[outcome] ?? 0) + 1);
  const onUndone = (_: string, change: string) => onBlock('', `undone: ${change}`);
  const onHeld = () => onBlock('', 'alert held open');
  const onRecordOf =
    (process: Process) =>
    ({ topic, partition, offset }: LogRecord) =>
      void world.places.set(placeOf(process, topic, partition), offset + 1);

  function start(): void {
    const process: Process = { name: `scorer-${members.length + 1}`, isAlive: true, frozenUntilMs: 0 };
    const transport = createSimulatedTransport(world, process, log, groupOf, isStrict);
    const onRecord = onRecordOf(process);
    const told = { onRecord, onBlock, onUndone, onHeld };
    const place = { transport, state: store.of(process), name: process.name, nowMs: time.nowMs, ...told };
    const clocks: Pick<ScorerPlace, 'sleep' | 'every'> = {
      sleep: (ms) => sleep(world, process, ms),
      every: (ms, work) => every(world, process, ms, work),
    };
    const scorer = createSimulatedScorer(setting, { ...place, ...clocks });
    members.push({ process, transport, stop: scorer.stop });
    world.trace(`${process.name} starts`);
    scorer.start().catch((error) => {
      world.trace(`${process.name} cannot start: ${String(error)}`);
      world.kill(process);
    });
    const watch = (): void => {
      if (process.isAlive) time.after(500, null, watch);
      else if (!faults.isHealed()) start();
    };
    time.after(between(random, 100, 2500), null, watch);
  }

  return { members, start };
}
