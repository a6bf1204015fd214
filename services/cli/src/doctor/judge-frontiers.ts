// Do devices send what lies before what was already scored of them? Such windows are suppressed, whatever they hold. Pure.
import { readingEndMs, type DeviceClass, type Reading } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { counted, duration } from '../terminal/figures.ts';
import { ok, warn, type Finding } from './finding.ts';
import type { SampledRecord } from './judge-telemetry.ts';

type Accepted = { record: LogRecord; reading: Reading };
type Behind = { deviceId: string; records: number; byMs: number };

const check = 'frontier';

/** `frontiers`: by device, the end of its last window that was scored; devices without one are not judged. One finding per topic. */
export function judgeFrontiers(
  sampled: readonly SampledRecord[],
  frontiers: ReadonlyMap<string, number>,
  classes: Readonly<Record<string, DeviceClass>>,
): Finding[] {
  const known = sampled.flatMap(({ record, decoded }): Accepted[] =>
    'reading' in decoded && frontiers.has(decoded.reading.deviceId) ? [{ record, reading: decoded.reading }] : [],
  );
  if (known.length === 0) return [];
  const topics = [...new Set(known.map(({ record }) => record.topic))];
  const findings = topics.flatMap((topic) => {
    const those = known.filter(({ record }) => record.topic === topic);
    const devices = [...new Set(those.map(({ reading }) => reading.deviceId))];
    const behind = devices.flatMap((deviceId) => {
      const own = those.filter(({ reading }) => reading.deviceId === deviceId);
      return behindOf(deviceId, own, frontiers.get(deviceId)!, classes);
    });
    return behind.length === 0 ? [] : [warnOf(topic, behind, those.length, devices.length)];
  });
  const devices = new Set(known.map(({ reading }) => reading.deviceId)).size;
  return findings.length > 0
    ? findings
    : [ok(check, `the newest records of ${counted(devices, 'device')} go on from what was scored`)];
}

function warnOf(topic: string, behind: readonly Behind[], records: number, devices: number): Finding {
  const count = behind.reduce((sum, each) => sum + each.records, 0);
  const worst = behind.reduce((most, each) => (each.byMs > most.byMs ? each : most));
  const found = `${topic}: ${count} of the newest ${counted(records, 'record')} (${behind.length} of ${counted(devices, 'device')}) lie before what was scored of their device, e.g. ${worst.deviceId} by ${duration(worst.byMs)}`;
  return warn(
    check,
    found,
    'they are counted as late or suppressed and never scored: see whether the clock of the device was ahead or was set back; send history again under other device ids',
  );
}

/**
 * The device's newest records, back to the first that goes on from its frontier. A window cut short when a device fell silent ends
 * after its last sample, so that less than a window is no reason to worry.
 */
function behindOf(
  deviceId: string,
  own: readonly Accepted[],
  frontierMs: number,
  classes: Readonly<Record<string, DeviceClass>>,
): Behind[] {
  const newestFirst = [...own].sort((a, b) => b.record.offset - a.record.offset);
  const byMs = ({ reading }: Accepted) => frontierMs - readingEndMs(reading) - windowMs(classes[reading.deviceClass]);
  const goesOn = newestFirst.findIndex((each) => byMs(each) <= 0);
  const behind = goesOn < 0 ? newestFirst : newestFirst.slice(0, goesOn);
  return behind.length === 0 ? [] : [{ deviceId, records: behind.length, byMs: frontierMs - readingEndMs(behind[0].reading) }];
}

function windowMs(deviceClass: DeviceClass | undefined): number {
  return deviceClass === undefined ? 0 : (deviceClass.window.samples * 1000) / deviceClass.rateHz;
}
