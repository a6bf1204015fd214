// Numbers for people.

export function figure(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits).replace('-', '−');
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 window`, `2,000 windows`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A chance: `1 in 2,400`; what is likelier than one in twenty in percent. */
export function chance(p: number | null): string {
  if (p === null || !Number.isFinite(p)) return '–';
  if (p < 1e-6) return 'under 1 in 1,000,000';
  if (p > 0.05) return `${Math.round(100 * p)} %`;
  return `1 in ${Number((1 / p).toPrecision(2)).toLocaleString('en-US')}`;
}

export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

export function bytes(value: number): string {
  return value < 1024 ? `${value} B` : value < 2 ** 20 ? `${(value / 1024).toFixed(1)} KB` : `${(value / 2 ** 20).toFixed(1)} MB`;
}
