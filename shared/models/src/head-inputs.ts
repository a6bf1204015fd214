// What the residual head sees of a window (METHOD D).
import type { DeviceModel } from './device-model.ts';

/**
 * f = [slog b, slog u, slog((x - m0)/sqrt(W + B))], `[3d]`, slog t = sign(t) ln(1 + |t|), written into `into` from `start`
 * on. Needs u, b and the mapped form of the same window in `model.scratch`, as `closedFormScore` leaves them.
 */
export function fillHeadInputs(model: DeviceModel, features: Float32Array, into: Float64Array, start = 0): void {
  const { d, location, scale, m0, within, between, regimes } = model.initialisation;
  const { u, b, mapped } = model.scratch;
  const x = regimes === undefined ? features : mapped;
  for (let j = 0; j < d; j++) {
    into[start + j] = signedLog(b[j]);
    into[start + d + j] = signedLog(u[j]);
    const fleet = scale[j] > 0 ? ((x[j] - location[j]) / scale[j] - m0[j]) / Math.sqrt(within[j] + between[j]) : 0;
    into[start + 2 * d + j] = signedLog(fleet);
  }
}

function signedLog(value: number): number {
  return value < 0 ? -Math.log1p(-value) : Math.log1p(value);
}
