// A bundle once more, from the windows that it says it was learned from, and how the two compare.
import { createFeatureSpec } from '@tocsin/features';
import type { TrainerConfig } from '@tocsin/config';
import { decodeBundle, encodeBundle } from '@tocsin/models';
import type { DeviceClass, FeatureSpec, LearnedFrom, ModelBundle } from '@tocsin/schemas';
import { inputOf, settingsDigest } from '../class-trainer.ts';
import type { EpisodeChoice, Episodes } from '../episode-store/load-episodes.ts';
import type { MetaUpdater } from '../update/meta-updater.ts';
import type { OnProgress } from '../update/update-plan.ts';

/** A bundle of a trainer's, which says where it comes from. */
export type Recorded = ModelBundle & { learnedFrom: LearnedFrom };

/**
 * `whole`: every byte; `model`: initialisation and thresholds, but not the figures beside them; `other`: neither. `bytes` have the version
 * and the times of the original.
 */
export type Rebuilt = { likeness: 'whole' | 'model' | 'other'; bytes: Uint8Array };

export type RebuildSettings = { deviceClass: DeviceClass; config: TrainerConfig };

/** What the devices of the bundle were chosen by. */
export function recordedChoice({ spec, learnedFrom }: Recorded, { minWindows, devicesMax }: TrainerConfig): EpisodeChoice {
  return { specHash: spec.hash, windowsMin: minWindows, devicesMax, seed: learnedFrom.seed };
}

/** Why the bundle cannot come out the same, whatever the log has; empty for nothing that is known. */
export function obstacles(original: Recorded, previous: ModelBundle | null, { deviceClass, config }: RebuildSettings): string[] {
  const { inUse, settings } = original.learnedFrom;
  const hash = createFeatureSpec(deviceClass).hash;
  return [
    hash === original.spec.hash ? '' : 'the class has other features in this configuration than it had then',
    settings === undefined || settings === settingsDigest(deviceClass, config)
      ? ''
      : 'the class or the trainer are configured otherwise than they were then',
    inUse === undefined ? 'it was made by a release that did not record which version was in use then' : '',
    inUse !== undefined && inUse > 0 && previous === null
      ? `version ${inUse}, which was in use then, is not in the store any more: regimes start from it, and figures compare with it`
      : '',
  ].filter((text) => text !== '');
}

/** Why these are not the windows that it was learned from; null where they are. */
export function otherWindows({ learnedFrom }: Recorded, found: LearnedFrom): string | null {
  const { devices, windows, digest } = learnedFrom;
  if (found.digest === digest) return null;
  const isCounted = found.devices !== devices || found.windows !== windows;
  if (isCounted) return `${found.windows} windows of ${found.devices} devices, expected ${windows} of ${devices}`;
  return `${windows} windows of ${devices} devices, as expected, but other ones, or judged otherwise`;
}

/** Learns. Rejects where nothing is published, where training fails, or the thread dies. */
export async function rebuildBundle(
  original: Recorded,
  previous: ModelBundle | null,
  { devices, learnedFrom: found }: Episodes,
  { deviceClass, config }: RebuildSettings,
  updater: Pick<MetaUpdater, 'update'>,
  onProgress?: OnProgress,
): Promise<Rebuilt> {
  const { positions, seed, inUse, settings } = original.learnedFrom;
  const learnedFrom: LearnedFrom = {
    ...found,
    positions,
    ...(inUse === undefined ? {} : { inUse }),
    ...(settings === undefined ? {} : { settings }),
  };
  const { version, createdAtMs } = original;
  const spec = specOf(original, deviceClass);
  const input = inputOf({ deviceClass, spec, previous, devices, learnedFrom, version, createdAtMs, seed }, config);
  const result = await updater.update(input, onProgress);
  if (result.outcome === 'keep') throw new Error(`nothing came of these windows: ${result.verdict}`);
  return compared(original, result.bundle);
}

/** Equal specs, with their fields in the order in which they are made: so they stand in the bytes. */
function specOf({ spec }: ModelBundle, deviceClass: DeviceClass): FeatureSpec {
  const made = createFeatureSpec(deviceClass);
  return made.hash === spec.hash ? made : spec;
}

/** How long it took is nobody's business, and a verdict goes on with what became of the version. */
function compared(original: ModelBundle, made: ModelBundle): Rebuilt {
  const { restores, metrics } = original;
  const verdict = metrics.verdict.startsWith(made.metrics.verdict) ? metrics.verdict : made.metrics.verdict;
  const bundle: ModelBundle = {
    ...made,
    ...(restores === undefined ? {} : { restores }),
    metrics: { ...made.metrics, verdict, seconds: metrics.seconds },
  };
  const bytes = encodeBundle(bundle);
  // Read back first: fields of what was just made are in another order than of what was read.
  const asRead = (one: ModelBundle): Uint8Array => encodeBundle(decodeBundle(encodeBundle(one)));
  const isEqual = (other: ModelBundle): boolean => Buffer.compare(asRead(other), asRead(original)) === 0;
  if (isEqual(bundle)) return { likeness: 'whole', bytes };
  const { learnedFrom } = original;
  const model = { ...bundle, metrics, ...(learnedFrom === undefined ? {} : { learnedFrom }) };
  return { likeness: isEqual(model) ? 'model' : 'other', bytes };
}
