// Closed lists that the page needs, too. Imports nothing, so that nothing comes with them.

/** States of a device, from what needs people most to what needs them least. */
export const deviceStates = ['alerting', 'drifting', 'silent', 'maintenance', 'cold', 'provisional', 'watching'] as const;

/** Bits of `series.flags`, in the order of the quality flags; amended windows have one more. */
export const seriesFlags = [
  'interpolated',
  'gappy',
  'cold',
  'provisional',
  'not_finite',
  'maintenance',
  'guarded',
  'undone',
  'amended',
] as const;

/** Kinds of news; the page hears nothing else. */
export const newsTypes = [
  'hello',
  'reset',
  'beat',
  'fleet',
  'windows',
  'alert',
  'incident',
  'label',
  'effect',
  'model',
  'quality',
] as const;
export type NewsType = (typeof newsTypes)[number];
