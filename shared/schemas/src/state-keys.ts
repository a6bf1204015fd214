// Names of the values in the state store. Hash tags keep what belongs together on one Redis Cluster slot.

/** State of one device. */
export function deviceStateKey(deviceId: string): string {
  return `tocsin:{${deviceId}}:state`;
}

/** One published bundle of a class. */
export function bundleKey(deviceClass: string, version: number): string {
  return `tocsin:{${deviceClass}}:bundle:${version}`;
}

/** The announcement of the bundle in use, in its Avro form. */
export function currentBundleKey(deviceClass: string): string {
  return `tocsin:{${deviceClass}}:current`;
}
