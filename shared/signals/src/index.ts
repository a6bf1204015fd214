// Seeded synthetic machines and faults, for the simulator, tests and benchmarks. Pure: a seed and a sample number, nothing else.
export {
  type CommonCause,
  commonCauses,
  type Fault,
  type FaultKind,
  isSensorFault,
  machineFaults,
  sensorFaults,
  severityAt,
} from './fault.ts';
export { commonCausesOf, createMachine, type Machine, type MachineKind, machineKinds, type MachineOptions } from './machine.ts';
export { between, createRandom, factor, normal, type Random } from './random.ts';
