// How many devices a partition may have in memory: ids that nobody has met come cheaply, and every one costs kilobytes.
import { rejected, type Decoded } from '@tocsin/schemas';

/**
 * The readings that may be taken while the partition knows so many devices: those of devices that it knows, and of new ones until
 * there are `devicesMax`. The others are refused until some have been silent for long enough to be forgotten.
 */
export function admitDevices(
  { devices, refused }: { devices: ReadonlyMap<string, unknown>; refused: ReadonlyMap<string, unknown> },
  decoded: readonly Decoded[],
  devicesMax: number,
): readonly Decoded[] {
  const coming = new Set<string>();
  return decoded.map((each) => {
    if (!('reading' in each)) return each;
    const { deviceId } = each.reading;
    if (devices.has(deviceId) || refused.has(deviceId) || coming.has(deviceId)) return each;
    if (devices.size + refused.size + coming.size < devicesMax) {
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
