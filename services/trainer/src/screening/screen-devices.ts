// Which devices may teach. One that stands off from the others does not where learning from it makes the others' faults harder to find;
// one of whose windows far too many are out of the ordinary even for itself does not where hardly any other is like that: thresholds
// would be made of its faults. It is watched all the same. Pure.
import type { FeatureSpec } from '@tocsin/schemas';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { seededRandom } from '../random.ts';
import { gatherJury, lossBy } from './jury.ts';
import { outlyingness } from './outlying.ts';
import { unusualShares } from './unusual-shares.ts';

export type Refused = { deviceId: string; reason: string };
export type Screened = { devices: TeachingDevice[]; refused: Refused[] };

/** A device is tried from so far off; devices that are alike are at about 2. */
const triedFrom = 4;
/** Of all devices, at most so many are doubted: the others have to be a majority that nobody doubts. The worst of them are tried. */
const doubtedShare = 0.25;
const triedMax = 16;
/**
 * What others may lose in AUROC by a device. Of the healthy devices of nine recorded sets one costs more than a tie (.034, and devices that
 * were not asked do no better without it); a device that is constant at a huge value costs .3.
 */
const lossMax = 0.05;
/** Share of a device's own windows over what one in a hundred of the others' exceeds. */
const unusualMax = 0.25;
/** What more devices than so many do is how the class is, and fewer devices than these cannot say how it is. */
const unusualDevices = 0.05;
const unusualFrom = 8;

/**
 * Devices that stand off are compared with the fleet of all others, each by itself, so that two of a kind cannot hide one another. Equal
 * inputs give equal answers. With fewer than four devices nobody can say who is right, and all may teach.
 */
export function screenDevices(devices: readonly TeachingDevice[], spec: FeatureSpec, seed: number): Screened {
  const harmful = findHarmful(devices, spec, seed);
  const harmless = devices.filter((device) => !harmful.has(device));
  const doubtful = findUnusual(harmless, spec);
  const reasons = new Map([...harmful, ...doubtful]);
  return {
    devices: devices.filter((device) => !reasons.has(device)),
    refused: [...reasons].map(([{ deviceId }, reason]) => ({ deviceId, reason })),
  };
}

type Reasons = Map<TeachingDevice, string>;

function findHarmful(devices: readonly TeachingDevice[], spec: FeatureSpec, seed: number): Reasons {
  const off = outlyingness(devices, spec.elements.length);
  const doubted = devices
    .map((device, at) => ({ device, off: off[at] }))
    .filter((each) => each.off > triedFrom)
    .toSorted((one, other) => other.off - one.off)
    .slice(0, Math.floor(doubtedShare * devices.length))
    .map(({ device }) => device);
  if (doubted.length === 0) return new Map();
  const trusted = devices.filter((device) => !doubted.includes(device));
  const jury = gatherJury(trusted, spec, seededRandom(seed));
  return new Map(
    doubted.slice(0, triedMax).flatMap((device): [TeachingDevice, string][] => {
      const { mean, error } = lossBy(device, jury);
      return mean > Math.max(lossMax, error) ? [[device, `others lose ${mean.toFixed(3)} AUROC by it`]] : [];
    }),
  );
}

function findUnusual(devices: readonly TeachingDevice[], spec: FeatureSpec): Reasons {
  if (devices.length < unusualFrom) return new Map();
  const shares = unusualShares(devices, spec.elements.length);
  const found = devices.flatMap((device, at) => (shares[at] > unusualMax ? [{ device, share: shares[at] }] : []));
  if (found.length > Math.max(1, Math.floor(unusualDevices * devices.length))) return new Map();
  return new Map(
    found.map(({ device, share }) => [
      device,
      `${Math.round(100 * share)} % of its windows are out of the ordinary even for itself`,
    ]),
  );
}

/** For the verdict of a meta-update; empty where nobody was refused. */
export function refusalText(refused: readonly Refused[]): string {
  const [first] = refused;
  if (first === undefined) return '';
  const others = refused.length === 1 ? '' : ` and ${refused.length - 1} more`;
  return `; ${first.deviceId}${others} may not teach (${first.reason})`;
}
