// Counts how often the devices of one class are over their threshold: under what has been in use, and under what is being tried.
import { isJudged } from '@tocsin/decisions';
import { isCanary, type DeviceClass, type ScoredWindow } from '@tocsin/schemas';
import { decodeAlarms, encodeAlarms, type RememberedAlarms, type Trial } from './alarm-codec.ts';
import { compareAlarms, isEnoughAtLast, type AlarmPlan, type AlarmVerdict, type Counted } from './alarm-rates.ts';

export type AlarmTally = {
  /** Counts a window; one that is not newer than the device's last, or is not judged, does not count. */
  take(window: ScoredWindow): void;
  trial(): Trial | null;
  /**
   * From now on this is compared, or nothing. What was counted under the version stays where it goes on from a share to all; else it
   * becomes the past of the devices that tried it if it `isKept`, and is forgotten if not.
   */
  compare(next: Trial | null, isKept: boolean): void;
  verdict(plan: AlarmPlan): AlarmVerdict & { isEnoughAtLast: boolean };
  /** Devices that a share would come to, and the others. */
  shareOf(version: number, share: number): { tried: number; others: number };
  /** Windows counted since it was written last. */
  news(): number;
  /** Everything, to be stored; `read` takes it back. */
  write(): Uint8Array;
  read(bytes: Uint8Array): void;
};

type Device = RememberedAlarms & { isTried: boolean };

/** Devices that are counted; the first ones that send. A sample of a larger class. */
const devicesMax = 4000;
/** Counts are halved here, so that they are of the newest windows. */
const countedMax = 400;
const doubtful = ['gappy', 'guarded', 'not_finite'] as const;

export function createAlarmTally({ name, decision }: Pick<DeviceClass, 'name' | 'decision'>): AlarmTally {
  let trial: Trial | null = null;
  let devices = new Map<string, Device>();
  let news = 0;

  const isTried = (deviceId: string): boolean => trial !== null && isCanary(name, trial.version, deviceId, trial.share);
  const all = (wanted: boolean): Device[] => [...devices.values()].filter((device) => device.isTried === wanted);

  function deviceOf(deviceId: string): Device | null {
    const known = devices.get(deviceId);
    if (known !== undefined || devices.size >= devicesMax) return known ?? null;
    const fresh = { lastMs: -Infinity, before: nothing(), after: nothing(), isTried: isTried(deviceId), hasLeft: false };
    devices.set(deviceId, fresh);
    return fresh;
  }

  return {
    trial: () => trial,
    take(window) {
      if (window.revision !== undefined || doubtful.some((flag) => window.flags.includes(flag))) return;
      if (!isJudged(window, decision.alertFrom)) return;
      const device = deviceOf(window.deviceId);
      if (device === null || window.startMs <= device.lastMs) return;
      device.lastMs = window.startMs;
      news += 1;
      // Of those that kept what was in use what came since counts beside; a device that tries it does so from its first window on.
      const isAfter = trial !== null && (device.isTried ? window.modelVersion >= trial.version : true);
      // A scorer takes a bundle back from a device whose alarms jump: what comes then is no past to compare with.
      device.hasLeft ||= !isAfter && device.isTried && device.after.windows > 0;
      if (device.hasLeft) return;
      count(isAfter ? device.after : device.before, window.score > window.threshold);
    },
    compare(next, isKept) {
      if (next?.version === trial?.version && next?.share === trial?.share) return;
      const isPromotion = next !== null && next.version === trial?.version;
      trial = next;
      for (const [deviceId, device] of devices) {
        const stays = isPromotion && device.isTried;
        if (!stays) device.before = device.isTried ? pastOf(device, isKept) : sum(device.before, device.after);
        if (!stays) device.after = nothing();
        if (!stays) device.hasLeft = false;
        device.isTried = isTried(deviceId);
      }
    },
    verdict(plan) {
      const tried = all(true);
      return { ...compareAlarms(tried, all(false), plan), isEnoughAtLast: isEnoughAtLast(tried, plan) };
    },
    shareOf(version, share) {
      const tried = [...devices.keys()].filter((deviceId) => isCanary(name, version, deviceId, share)).length;
      return { tried, others: devices.size - tried };
    },
    news: () => news,
    write() {
      news = 0;
      return encodeAlarms(trial, devices);
    },
    read(bytes) {
      const stored = decodeAlarms(bytes);
      trial = stored.trial;
      devices = new Map([...stored.devices].map(([deviceId, alarms]) => [deviceId, { ...alarms, isTried: isTried(deviceId) }]));
    },
  };
}

function nothing(): Counted {
  return { windows: 0, over: 0 };
}

function count(counted: Counted, isOver: boolean): void {
  counted.windows += 1;
  counted.over += isOver ? 1 : 0;
  if (counted.windows < countedMax) return;
  counted.windows /= 2;
  counted.over /= 2;
}

function sum(one: Counted, other: Counted): Counted {
  const total = { windows: one.windows + other.windows, over: one.over + other.over };
  const most = countedMax / 2;
  if (total.windows <= most) return total;
  return { windows: most, over: (total.over * most) / total.windows };
}

/** What a device is compared with next: under the version that it has now, where there is something of that. */
function pastOf({ before, after }: Device, isKept: boolean): Counted {
  return isKept && after.windows > 0 ? after : before;
}
