// Moments as people give them on a command line.

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const iso = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** `2026-01-31`, `2026-01-31T12:00`, with seconds and zone if need be (else UTC), or `90s`, `30m`, `2h`, `3d` ago; null for others. */
export function parseMoment(text: string, nowMs: number): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return nowMs - Number(number) * unitMs[unit];
  const [, day, time, zone] = iso.exec(text) ?? [];
  if (day === undefined) return null;
  const ms = Date.parse(`${day}T${time ?? '00:00'}${zone ?? 'Z'}`);
  return Number.isNaN(ms) ? null : ms;
}
