// Holds the newest telemetry against how far its devices have been scored, as the store has it.
import type { Config } from '@tocsin/config';
import { CodecError, decodeDeviceState } from '@tocsin/models';
import { deviceStateKey } from '@tocsin/schemas';
import { openState } from '@tocsin/state';
import { isThere } from './check-disk.ts';
import type { Report } from './finding.ts';
import { judgeFrontiers } from './judge-frontiers.ts';
import type { SampledRecord } from './judge-telemetry.ts';
import { within } from './run-checks.ts';

const stateMaxMs = 1500;

/**
 * `again` samples the log anew: what looks behind may have been scored since it was sampled, but then newer records follow it.
 * A store that is away is told by the check of the state.
 */
export async function checkFrontiers(
  sampled: readonly SampledRecord[],
  again: () => Promise<readonly SampledRecord[]>,
  config: Config,
  report: Report,
): Promise<void> {
  const deviceIds = new Set(sampled.flatMap(({ decoded }) => ('reading' in decoded ? [decoded.reading.deviceId] : [])));
  const frontiers = await readFrontiers(config, [...deviceIds]).catch(() => new Map<string, number>());
  const first = judgeFrontiers(sampled, frontiers, config.classes);
  const isSuspicious = first.some(({ level }) => level !== 'ok');
  const findings = isSuspicious ? judgeFrontiers(await again(), frontiers, config.classes) : first;
  findings.forEach(report);
}

/** End of the last scored window, by device; states that cannot be read are left out, the scorer rebuilds them. */
async function readFrontiers(config: Config, deviceIds: readonly string[]): Promise<Map<string, number>> {
  const frontiers = new Map<string, number>();
  const { kind, directory, connectTimeoutMs } = config.state;
  if (deviceIds.length === 0 || (kind === 'embedded' && !isThere(directory))) return frontiers;
  const state = openState({ ...config.state, connectTimeoutMs: Math.min(connectTimeoutMs, stateMaxMs) });
  try {
    const values = await within(stateMaxMs, () => state.getMany(deviceIds.map(deviceStateKey)));
    values.forEach((value, i) => {
      const frontierMs = value === null ? -Infinity : frontierOf(value);
      if (Number.isFinite(frontierMs)) frontiers.set(deviceIds[i], frontierMs);
    });
    return frontiers;
  } finally {
    void state.close().catch(() => undefined);
  }
}

function frontierOf(value: Uint8Array): number {
  try {
    return decodeDeviceState(value).frontierMs;
  } catch (error) {
    if (error instanceof CodecError) return -Infinity;
    throw error;
  }
}
