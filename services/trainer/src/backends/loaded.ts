// What a loader says of the backend that it made current.

/** `software`: a GPU's programs computed by the processor, as SwiftShader and lavapipe do. */
export const deviceKinds = ['gpu', 'software', 'cpu'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

export type Loaded = {
  device: DeviceKind;
  deviceName: string;
  /** Packages that it came from. */
  via: string;
  /** Throws where the device has been lost, or has refused something, since it was loaded. */
  check(): void;
};
