// How many devices a partition may have in memory: ids that nobody has met come cheaply, and every one costs kilobytes.
import { rejected, type Decoded } from '@tocsin/schemas';

/**
 * The readings that may be taken while the partition holds `held` devices: those of devices that it holds, and of new ones until
 * there are `devicesMax`. The others are refused until some have been silent for long enough to be forgotten.
 */
export function admitDevices(
  held: ReadonlyMap<string, unknown>,
  decoded: readonly Decoded[],
  devicesMax: number,
): readonly Decoded[] {
  const coming = new Set<string>();
  return decoded.map((each) => {
    if (!('reading' in each)) return each;
    const { deviceId } = each.reading;
    if (held.has(deviceId) || coming.has(deviceId)) return each;
    if (held.size + coming.size < devicesMax) {
      coming.add(deviceId);
      return each;
    }
    const found = `device '${deviceId.slice(0, 60)}' would be one more than the ${devicesMax} that this partition may hold`;
    return rejected(
      'too_many_devices',
      `${found}; raise scorer.devicesMax or the number of partitions, or stop whoever invents devices`,
    );
  });
}
