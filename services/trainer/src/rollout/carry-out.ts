// Changes of a rollout, each written down and then carried out; and whether what is written down has been carried out by us.
import type { Rollout } from '@tocsin/schemas';
import type { RolloutStore } from './rollout-store.ts';
import type { Settle } from './settle.ts';

export type Changes = {
  carryOut(deviceClass: string, rollout: Rollout): Promise<Rollout>;
  /** What is stored; carried out first where that has changed since we looked last. */
  follow(deviceClass: string): Promise<Rollout>;
  change(deviceClass: string, step: (rollout: Rollout) => Rollout): Promise<Rollout>;
  /** A change that nobody has to hear of. */
  changeQuietly(deviceClass: string, step: (rollout: Rollout) => Rollout): Promise<Rollout>;
};

export function createChanges(store: RolloutStore, settle: Settle): Changes {
  /** Revisions that we have carried out. */
  const settled = new Map<string, number>();

  async function carryOut(deviceClass: string, rollout: Rollout): Promise<Rollout> {
    await settle(deviceClass, rollout);
    settled.set(deviceClass, rollout.revision);
    return rollout;
  }

  return {
    carryOut,
    async follow(deviceClass) {
      const rollout = await store.read(deviceClass);
      return settled.get(deviceClass) === rollout.revision ? rollout : carryOut(deviceClass, rollout);
    },
    change: async (deviceClass, step) => carryOut(deviceClass, await store.change(deviceClass, step)),
    async changeQuietly(deviceClass, step) {
      const rollout = await store.change(deviceClass, step);
      if (settled.get(deviceClass) === rollout.revision - 1) settled.set(deviceClass, rollout.revision);
      return rollout;
    },
  };
}
