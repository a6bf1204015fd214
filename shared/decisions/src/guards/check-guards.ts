// What each guard sees in one window. Knows nothing of incidents.
import type { Contribution, DeviceClass, GuardKind, GuardMemory } from '@tocsin/schemas';
import type { ChannelLevel } from './channel-levels.ts';
import { scaleJump } from './scale-jump.ts';

/**
 * What was measured, the bound it broke, and in which channel. Of a drift also what it is told by, the first being what was measured,
 * and since when the device is compared with itself.
 */
export type Breach = { value: number; bound: number; channel: number; told?: readonly Contribution[]; sinceMs?: number };
/** Per guard that is on: its breach, or null where all is well. */
export type Breaches = Partial<Record<GuardKind, Breach | null>>;

/** Windows in a row that a guard must be broken before it alarms. */
export function windowsToRaise(guard: GuardKind, { guards }: Pick<DeviceClass, 'guards'>): number {
  const needed = { silent: 1, flatline: guards.flatlineWindows, range: 1, skew: 3, scale: 3, drift: 1 };
  return needed[guard];
}

/** All guards that look at windows; `skewMs` is how far event time was behind the record's timestamp. */
export function checkGuards(
  { guards, channels, supportWindows }: Pick<DeviceClass, 'guards' | 'channels' | 'supportWindows'>,
  levels: readonly ChannelLevel[],
  skewMs: number,
  memory: GuardMemory,
): Breaches {
  const { flatlineWindows, range, skewMs: skewBound, scaleJump: hasScale } = guards;
  const breaches: Breaches = {};
  if (flatlineWindows > 0)
    breaches.flatline = firstBreach(levels, ({ min, max }) => (min === max ? { value: min, bound: max } : null));
  if (Object.keys(range).length > 0) {
    breaches.range = firstBreach(levels, ({ min, max }, channel) => {
      const bounds = range[channels[channel]];
      if (bounds === undefined) return null;
      if (min < bounds.min) return { value: min, bound: bounds.min };
      return max > bounds.max ? { value: max, bound: bounds.max } : null;
    });
  }
  if (skewBound !== null) breaches.skew = Math.abs(skewMs) > skewBound ? { value: skewMs, bound: skewBound, channel: 0 } : null;
  if (hasScale) {
    const isKnown = memory.levelWindows >= supportWindows && memory.levels.length === 2 * channels.length;
    breaches.scale = isKnown ? firstBreach(levels, (level, channel) => scaleJump(memory, channel, level)) : null;
  }
  return breaches;
}

function firstBreach(
  levels: readonly ChannelLevel[],
  look: (level: ChannelLevel, channel: number) => Omit<Breach, 'channel'> | null,
): Breach | null {
  for (const [channel, level] of levels.entries()) {
    const breach = look(level, channel);
    if (breach !== null) return { ...breach, channel };
  }
  return null;
}
