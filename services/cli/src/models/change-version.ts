// Brings a version of a class in or takes one back, for `tocsin models` and for the page.
import { createFeatureSpec } from '@tocsin/features';
import { canaryVersion, type Rollout } from '@tocsin/schemas';
import { RolloutError } from '@tocsin/trainer';
import type { ChangingRoom } from './models-room.ts';

/** `to`: the version whose content is brought back; what was current before where it is left out. */
export type VersionChange = { action: 'promote' | 'withdraw' } | { action: 'rollback'; to: number | undefined };

const reasons = { promote: 'promoted', withdraw: 'withdrawn', rollback: 'rolled back' } as const;

/** `where` the change is said, for the audit. Throws where there is nothing that could be changed so; rejects where log or store are away. */
export async function changeVersion(
  { rollouts, config }: ChangingRoom,
  name: string,
  change: VersionChange,
  { where, nowMs }: { where: string; nowMs: number },
): Promise<Rollout> {
  const reason = `${reasons[change.action]} ${where}`;
  if (change.action === 'rollback')
    return rollouts.rollback(name, createFeatureSpec(config.classes[name]).hash, reason, change.to);
  const canary = canaryVersion(await rollouts.read(name));
  if (canary === null)
    throw new RolloutError('no_canary', `class ${name}: no version is being tried; tocsin models list says what there is`);
  if (change.action === 'withdraw') return rollouts.withdraw(name, canary.version, reason);
  const { watchMs } = config.trainer;
  return rollouts.promote(name, canary.version, watchMs === 0 ? null : nowMs + watchMs, reason);
}
