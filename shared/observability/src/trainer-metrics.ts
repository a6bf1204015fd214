// Every metric of meta-training, declared in one place.
import { learnerNames } from '@tocsin/schemas';
import type { Declarations } from './metric-declaration.ts';

export const trainerMetrics = {
  windows: {
    kind: 'counter',
    name: 'tocsin_trainer_windows_total',
    help: 'Windows taken in to learn from.',
    labels: { class: 'class' },
  },
  windowsRefused: {
    kind: 'counter',
    name: 'tocsin_trainer_windows_refused_total',
    help: 'Windows that are not learned from: repeated; unfit (holes, maintenance, doubted by a guard); not_finite; other_spec (features of another layout); crowded (no room for one device more in the store).',
    labels: { class: 'class', reason: ['repeated', 'unfit', 'not_finite', 'other_spec', 'crowded'] },
  },
  storeBytes: {
    kind: 'gauge',
    name: 'tocsin_trainer_store_bytes',
    help: 'What the store of the trainer holds, about.',
    labels: {},
  },
  storeDevices: {
    kind: 'gauge',
    name: 'tocsin_trainer_store_devices',
    help: 'Devices that the store of the trainer knows windows of.',
    labels: {},
  },
  recordsLost: {
    kind: 'counter',
    name: 'tocsin_trainer_records_lost_total',
    help: 'Records that retention took before the trainer had read them.',
    labels: {},
  },
  devicesRefused: {
    kind: 'gauge',
    name: 'tocsin_trainer_devices_refused',
    help: 'Devices that were not allowed to teach at the last training: what they call normal is out of all proportion.',
    labels: { class: 'class' },
  },
  devices: {
    kind: 'gauge',
    name: 'tocsin_trainer_devices',
    help: 'Devices with enough windows to learn from.',
    labels: { class: 'class' },
  },
  metaUpdates: {
    kind: 'counter',
    name: 'tocsin_trainer_meta_updates_total',
    help: 'Trainings: published (a share of the devices may try it first); rejected (worse than what is in use, or too different on live windows); waiting (too little to learn from yet); failed.',
    labels: { class: 'class', outcome: ['published', 'rejected', 'waiting', 'failed'] },
  },
  rollouts: {
    kind: 'counter',
    name: 'tocsin_trainer_rollouts_total',
    help: 'Steps of bundles: tried (by a share of the devices first), current (at once), promoted, withdrawn (alarms jumped where it was tried, or its time was up), rolled_back (alarms jumped after its promotion).',
    labels: { class: 'class', step: ['tried', 'current', 'promoted', 'withdrawn', 'rolled_back'] },
  },
  alarmRate: {
    kind: 'gauge',
    name: 'tocsin_trainer_alarm_rate_ratio',
    help: 'Share of windows over the threshold, mean over devices, while a bundle is tried or watched: of its devices before it and under it (tried), and of the others meanwhile; NaN for none.',
    labels: { class: 'class', group: ['before', 'tried', 'others'] },
    startsAt: Number.NaN,
  },
  metaUpdateSeconds: {
    kind: 'histogram',
    name: 'tocsin_trainer_meta_update_seconds',
    help: 'Time of one whole training, gate included.',
    labels: {},
    buckets: [1, 2.5, 5, 10, 30, 60, 300, 900, 3600],
  },
  metaStepSeconds: {
    kind: 'histogram',
    name: 'tocsin_trainer_meta_step_seconds',
    help: 'Time of one outer step.',
    labels: {},
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  loss: {
    kind: 'gauge',
    name: 'tocsin_trainer_meta_loss_ratio',
    help: 'Loss of the last outer step, class-balanced cross-entropy; NaN before the first.',
    labels: { class: 'class' },
    startsAt: Number.NaN,
  },
  gateAuroc: {
    kind: 'gauge',
    name: 'tocsin_trainer_gate_auroc_ratio',
    help: 'AUROC on held-out devices at the last gate of everything that was tried, and of the bundle in use; NaN for the rest.',
    labels: { class: 'class', learner: [...learnerNames, 'in_use'] },
    startsAt: Number.NaN,
  },
  publishedAt: {
    kind: 'gauge',
    name: 'tocsin_trainer_published_timestamp_seconds',
    help: 'When the last bundle was published, epoch seconds; 0 for never.',
    labels: { class: 'class' },
  },
  backend: {
    kind: 'gauge',
    name: 'tocsin_trainer_backend_info',
    help: '1 for the backend in use, and whether it computes on a GPU, on a GPU that the processor plays, or on a processor.',
    labels: { backend: ['tensorflow', 'webgpu', 'wasm', 'cpu'], device: ['gpu', 'software', 'cpu'] },
  },
  backendStepSeconds: {
    kind: 'gauge',
    name: 'tocsin_trainer_backend_step_seconds',
    help: 'Time of one second-order outer step on 32 episodes (d = 59, K = 20) on the backend in use, measured when it was chosen.',
    labels: {},
  },
} as const satisfies Declarations;
