// The one floor of every logarithm in a vibration vector, so that silence is a large negative number and never -Infinity.

/** Floor under logarithms and denominators (METHOD, "Features"): far below any sensor's noise in g, m/s2 or mm/s. */
export const floor = 1e-12;

/** ln(value + 1e-12): finite for every finite value >= 0, -27.6 for 0; NaN stays NaN. */
export function safeLog(value: number): number {
  return Math.log(value + floor);
}
