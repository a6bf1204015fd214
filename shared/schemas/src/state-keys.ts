// Names of the values in the state store. Hash tags keep what belongs together on one Redis Cluster slot.

/** Most UTF-8 bytes of a device id: it is part of keys, of every window and alert, and of what is remembered of the device. */
export const deviceIdBytesMax = 512;

/** May this be the id of a device? */
export function isDeviceId(deviceId: string): boolean {
  return deviceId !== '' && Buffer.byteLength(deviceId) <= deviceIdBytesMax;
}

/** State of one device. */
export function deviceStateKey(deviceId: string): string {
  return `tocsin:{${deviceId}}:state`;
}

/** One published bundle of a class. */
export function bundleKey(deviceClass: string, version: number): string {
  return `tocsin:{${deviceClass}}:bundle:${version}`;
}

/** Signature of one published bundle, as text; nothing where it was not signed. */
export function bundleSignatureKey(deviceClass: string, version: number): string {
  return `${bundleKey(deviceClass, version)}:signature`;
}

/** The announcement of the bundle in use, in its Avro form. */
export function currentBundleKey(deviceClass: string): string {
  return `tocsin:{${deviceClass}}:current`;
}

/** The announcement of the bundle that a share of the devices tries, in its Avro form; nothing where there is none. */
export function canaryBundleKey(deviceClass: string): string {
  return `tocsin:{${deviceClass}}:canary`;
}

/** What has become of the versions of a class, as `encodeRollout` writes it. */
export function rolloutKey(deviceClass: string): string {
  return `tocsin:{${deviceClass}}:rollout`;
}

/** How often devices of a class alarmed before and under a bundle that is being tried. */
export function alarmTallyKey(deviceClass: string): string {
  return `tocsin:{${deviceClass}}:alarms`;
}

/** What the notifier knows of the alerts of a class, and what it has still to say of them. */
export function noticesKey(deviceClass: string): string {
  return `tocsin:{${deviceClass}}:notices`;
}

/** Where a consumer group began to read a topic, by partition. */
export function groupBeginKey(groupId: string, topic: string): string {
  return `tocsin:{group ${groupId}}:begin:${topic}`;
}

/** What a sink has to say again and again, of one partition of the notices. */
export function sinkKey(sink: string, partition: number): string {
  return `tocsin:{sink ${sink}}:open:${partition}`;
}
