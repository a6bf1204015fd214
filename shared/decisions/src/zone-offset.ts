// How far the clocks of a time zone are ahead of UTC, by the time zone database of the runtime (Intl).

/** Clocks are changed at full quarters of an hour. */
const quarterMs = 15 * 60_000;
/** Quarters that are remembered; a fleet is rarely in more. */
const rememberedMax = 256;
/** The latest moment that a JavaScript date can name. */
const latestMs = 8.64e15;

const zones = new Map<string, (ms: number) => number>();

/** Milliseconds ahead of UTC at a moment; 0 beyond all dates. Throws RangeError for a zone that the runtime does not know. */
export function zoneOffset(zone: string): (ms: number) => number {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const offsetOf = offsetByIntl(zone);
  const remembered = new Map<number, number>();
  const offset = (ms: number): number => {
    const quarter = Math.floor(ms / quarterMs);
    const found = remembered.get(quarter);
    if (found !== undefined) return found;
    if (remembered.size >= rememberedMax) remembered.clear();
    const value = Math.abs(quarter * quarterMs) <= latestMs ? offsetOf(quarter * quarterMs) : 0;
    remembered.set(quarter, value);
    return value;
  };
  zones.set(zone, offset);
  return offset;
}

function offsetByIntl(timeZone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
    const wall = new Date(0);
    wall.setUTCFullYear(year, part('month') - 1, part('day'));
    wall.setUTCHours(part('hour'), part('minute'), part('second'));
    return wall.getTime() - ms;
  };
}
