// Recorded and simulated fleets as telemetry, at any speed.
export { bundledDataDirectory } from './recorded/bundled-data.ts';
export { type ClassInput, deviceClassesOf } from './recorded/device-class-of.ts';
export type { DataSet, Fleet, RecordedDevice, Split, TruthInterval } from './recorded/fleet.ts';
export { FleetError, type FleetErrorCode } from './recorded/fleet-error.ts';
export { openFleet } from './recorded/open-fleet.ts';
export { type DeviceBlock, readDevice } from './recorded/read-device.ts';
export { type FrameOptions, recordedReadings, shiftOf } from './recorded/recorded-readings.ts';
export { replay, type ReplayOptions, type ReplayProgress } from './replay/replay.ts';
export { type ReplaySource, telemetryRecord, telemetryRecords, type TimedRecord } from './replay/timed-record.ts';
export { runSimulator, type RunningSimulator, type SimulatorParts } from './run-simulator.ts';
export { disturb, type Disturbance, disturbances, type DisturbanceShares, type DisturbOptions } from './simulated/disturb.ts';
export type { FaultPlan } from './simulated/fault-calendar.ts';
export {
  type InjectedFault,
  type SimulatedDevice,
  type SimulatedMachine,
  simulatedReadings,
} from './simulated/simulated-readings.ts';
