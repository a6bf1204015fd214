// Brings a new version into the store: a number that nobody else has, the bytes under it, and then what it is for.
import type { ModelBundle, Rollout } from '@tocsin/schemas';
import type { BundleStore } from './bundle-store.ts';
import { RolloutError } from './rollout-error.ts';
import type { RolloutStore } from './rollout-store.ts';
import { claimed, type Made } from './steps.ts';

/** `source`: whoever publishes the same thing again, because the world went away, hands over the same one. */
export type Publication = {
  deviceClass: string;
  source: object;
  make(version: number): ModelBundle;
  step(rollout: Rollout, made: Made): Rollout;
};

const triesMax = 4;
/** Numbers looked back at for bytes that nobody needs any more. */
const lookBack = 24;

/**
 * Resolves once the version is written down and carried out. Where somebody else came in between it begins anew, with another number: whoever
 * claims one and does not come to write it down leaves a gap, and no more. Rejects where store or log cannot be reached; may be
 * repeated then, and gives away no second number.
 */
export function createPublishVersion(
  store: RolloutStore,
  bundles: BundleStore,
  carryOut: (deviceClass: string, rollout: Rollout) => Promise<Rollout>,
): (publication: Publication) => Promise<Rollout> {
  /** The last number that was claimed for a class, what for, and what the rollout was then. */
  const claims = new Map<string, { source: object; seen: Rollout }>();

  async function finish(deviceClass: string, version: number, rollout: Rollout): Promise<Rollout> {
    await carryOut(deviceClass, rollout).catch((error: unknown) => {
      throw notYetSaid(deviceClass, version, error);
    });
    await bundles.remove(deviceClass, unneeded(rollout));
    claims.delete(deviceClass);
    return rollout;
  }

  return async ({ deviceClass, source, make, step }) => {
    for (let tries = 0; tries < triesMax; tries++) {
      const stored = await store.read(deviceClass);
      const claim = claims.get(deviceClass);
      const mine = claim?.seen.lastVersion ?? 0;
      const isWritten = claim?.source === source && stored.versions.some(({ version }) => version === mine);
      if (isWritten) return finish(deviceClass, mine, stored);
      const seen = claim?.seen.revision === stored.revision ? claim.seen : await store.change(deviceClass, claimed);
      claims.set(deviceClass, { source, seen });
      const made = { version: seen.lastVersion, checksum: await bundles.put(make(seen.lastVersion)) };
      const rollout = await store.replace(deviceClass, seen, step(seen, made));
      if (rollout !== null) return finish(deviceClass, seen.lastVersion, rollout);
    }
    throw new RolloutError('contested', `class ${deviceClass}: somebody else goes on publishing; is there a second trainer?`);
  };
}

function notYetSaid(deviceClass: string, version: number, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  const what = `version ${version} of ${deviceClass} is written down but not announced: ${why}`;
  return new Error(`${what}; a trainer announces it at its next turn, and so does tocsin models promote`, { cause });
}

/** Numbers that were given away and that nothing refers to. */
function unneeded({ versions, lastVersion }: Rollout): number[] {
  const kept = new Set(versions.map(({ version }) => version));
  return Array.from({ length: lookBack }, (_, i) => lastVersion - i).filter((version) => version > 0 && !kept.has(version));
}
