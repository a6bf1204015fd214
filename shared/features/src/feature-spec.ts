// The layout of a class's feature vector: a name for every element and a hash that says when two vectors may be compared.
import { createHash } from 'node:crypto';
import type { DeviceClass, FeatureElement, FeatureSpec } from '@tocsin/schemas';
import { type BlockPlan, channelBlocks } from './blocks.ts';
import { isPowerOfTwo } from './complex-fft.ts';

/** Raise it whenever an element's value changes for the same samples: vectors of two revisions must never meet. */
const revision = 1;
const shortestVibrationWindow = 32;
/** The block that holds a slow channel's level. */
const levelBlock = 'level';

type SpecInput = Pick<DeviceClass, 'channels' | 'rateHz' | 'window' | 'features'> & Partial<Pick<DeviceClass, 'context'>>;

/**
 * The spec of a device class: per channel, in the order of the class, the blocks its plan asks for. Elements are called
 * `channel.what it is`, with frequencies in Hz. `bands` is what a short window leaves of the number asked for; a slow class has no
 * bands, wavelet or envelope whatever its plan says. The hash is the first 16 hex digits of the SHA-256 of everything the values
 * depend on. Throws when the class has no channels, or a vibration window is not a power of two from 32 on, or the context is none of
 * the elements.
 */
export function createFeatureSpec(deviceClass: SpecInput): FeatureSpec {
  const { channels, rateHz, features } = deviceClass;
  const windowSamples = deviceClass.window.samples;
  const vibration = features.kind === 'vibration';
  assertUsable(channels, rateHz, windowSamples, features);
  const plan: BlockPlan = {
    kind: features.kind,
    rateHz,
    windowSamples,
    bands: vibration ? Math.min(features.bands, windowSamples / 2 - 1) : 0,
    wavelet: vibration && features.wavelet,
    envelope: vibration && features.envelope,
  };
  const elements = channels.flatMap((channel) => channelElements(channel, plan));
  const layout = [revision, plan.kind, channels, rateHz, windowSamples, elements.map((element) => element.name)];
  const hash = createHash('sha256').update(JSON.stringify(layout)).digest('hex').slice(0, 16);
  const context = contextOf(deviceClass.context ?? [], elements);
  return { version: 1, ...plan, channels: [...channels], elements, ...(context.length === 0 ? {} : { context }), hash };
}

/** Places of the elements that are meant, rising: one by its name, or the level of a channel. */
function contextOf(names: readonly string[], elements: readonly FeatureElement[]): number[] {
  const places = names.map((name) => {
    const at = elements.findIndex(
      (element) => element.name === name || (element.channel === name && element.block === levelBlock),
    );
    if (at >= 0) return at;
    const near = elements.filter(({ channel }) => name.startsWith(channel)).map((element) => element.name);
    throw new Error(`context '${name}': expected a channel with a level or one of the features ${near.join(', ')}`);
  });
  return [...new Set(places)].toSorted((one, two) => one - two);
}

function channelElements(channel: string, plan: BlockPlan): FeatureElement[] {
  return channelBlocks(plan).flatMap((block) =>
    block.elements.map((element) => ({ ...element, name: `${channel}.${element.name}`, channel })),
  );
}

function assertUsable(
  channels: readonly string[],
  rateHz: number,
  samples: number,
  { kind, bands }: DeviceClass['features'],
): void {
  if (channels.length === 0) throw new Error('channels: expected at least one channel');
  if (new Set(channels).size !== channels.length) throw new Error(`channels ${channels.join(', ')}: expected different names`);
  if (!(rateHz > 0) || !Number.isFinite(rateHz)) throw new Error(`rateHz ${rateHz}: expected a positive number`);
  if (kind === 'slow') {
    if (!Number.isInteger(samples) || samples < 1)
      throw new Error(`window.samples ${samples}: expected a whole number of at least 1 for a slow class`);
    return;
  }
  if (!isPowerOfTwo(samples) || samples < shortestVibrationWindow)
    throw new Error(
      `window.samples ${samples}: expected a power of two of at least ${shortestVibrationWindow} for a vibration class`,
    );
  if (!Number.isInteger(bands) || bands < 1) throw new Error(`features.bands ${bands}: expected a whole number of at least 1`);
}
