// Did a channel change its unit or its gain? Compares its level and spread with what they were on normal windows.
import type { GuardMemory } from '@tocsin/schemas';
import type { ChannelLevel } from './channel-levels.ts';

/** kPa per psi, m/s^2 per g, a decimal place, mm per inch, per cent, milli. */
const unitFactors = [6.894757, 9.80665, 10, 25.4, 100, 1000];
/** How near to a factor, and to each other, the logarithms of the two ratios must be. */
const tolerance = 0.1;
/** A spread so many times larger or smaller is no machine's doing. */
const spreadFactor = 30;
/** The levels follow slowly: at most so many windows count. */
const memoryWindows = 200;
const tiny = 1e-12;

/** Ratio of the level (of the spread, where that is what jumped) to the usual one and the bound it broke; null for none. */
export function scaleJump(
  memory: GuardMemory,
  channel: number,
  { rms, sd }: ChannelLevel,
): { value: number; bound: number } | null {
  const level = Math.log(rms + tiny) - memory.levels[2 * channel];
  const spread = Math.log(sd + tiny) - memory.levels[2 * channel + 1];
  if (Math.abs(level - spread) < tolerance) {
    const factor = unitFactors.find((each) => Math.abs(Math.abs(level) - Math.log(each)) < tolerance);
    if (factor !== undefined) return { value: Math.exp(level), bound: level > 0 ? factor : 1 / factor };
  }
  if (sd === 0 || Math.abs(spread) < Math.log(spreadFactor)) return null;
  return { value: Math.exp(spread), bound: spread > 0 ? spreadFactor : 1 / spreadFactor };
}

/** The memory with the levels of one more normal window in its averages. */
export function learnLevels(memory: GuardMemory, channels: readonly ChannelLevel[]): GuardMemory {
  const isKnown = memory.levels.length === 2 * channels.length;
  const levels = isKnown ? memory.levels.slice() : new Float32Array(2 * channels.length);
  const levelWindows = isKnown ? Math.min(memory.levelWindows + 1, memoryWindows) : 1;
  channels.forEach(({ rms, sd }, c) => {
    levels[2 * c] += (Math.log(rms + tiny) - levels[2 * c]) / levelWindows;
    levels[2 * c + 1] += (Math.log(sd + tiny) - levels[2 * c + 1]) / levelWindows;
  });
  return { ...memory, levels, levelWindows };
}
