// Which devices try a bundle before their class does, and where their announcements lie in the compacted topic.
import { createHash } from 'node:crypto';
import type { ModelAnnouncement } from './model-bundle.ts';

/**
 * Is this device among the share, in [0, 1], of its class that tries this version first? The same for everybody who asks, and
 * independent from one version to the next, so that it is not always the same devices that bear the risk. A larger share holds all
 * devices of a smaller one.
 */
export function isCanary(deviceClass: string, version: number, deviceId: string, share: number): boolean {
  const digest = createHash('sha256').update(`${deviceClass}\n${version}\n${deviceId}`).digest();
  return digest.readUIntBE(0, 6) < share * 2 ** 48;
}

/** Key of an announcement's record: what is tried, or was, must not replace what is current. */
export function announcementKey({ deviceClass, stage = 'current' }: Pick<ModelAnnouncement, 'deviceClass' | 'stage'>): string {
  return stage === 'current' ? deviceClass : `${deviceClass}/canary`;
}
