// Every metric of the live path, declared in one place. Labels come from closed lists; a device is never a label.
import { confidences, guardKinds, rejectionReasons } from '@tocsin/schemas';
import type { Declarations } from './metric-declaration.ts';

export const scorerMetrics = {
  records: { kind: 'counter', name: 'tocsin_records_total', help: 'Telemetry records read.', labels: {} },
  recordBytes: { kind: 'counter', name: 'tocsin_record_bytes_total', help: 'Bytes of their values.', labels: {} },
  rejected: {
    kind: 'counter',
    name: 'tocsin_records_rejected_total',
    help: 'Records refused and sent to the dead-letter topic.',
    labels: { reason: rejectionReasons },
  },
  lateSamples: {
    kind: 'counter',
    name: 'tocsin_samples_late_total',
    help: 'Samples that came after their window was closed, and were dropped.',
    labels: { class: 'class' },
  },
  repeatedSamples: {
    kind: 'counter',
    name: 'tocsin_samples_repeated_total',
    help: 'Samples for a time that already had one, and were dropped.',
    labels: { class: 'class' },
  },
  setBacks: {
    kind: 'counter',
    name: 'tocsin_clock_set_backs_total',
    help: 'Devices that went on far behind where they were: a clock that was set back, or a backlog. What they send is late.',
    labels: { class: 'class' },
  },
  windows: {
    kind: 'counter',
    name: 'tocsin_windows_total',
    help: 'Windows closed: scored; cold (emitted without a score, no initialisation yet); gappy (too few samples); suppressed (emitted before).',
    labels: { class: 'class', outcome: ['scored', 'cold', 'gappy', 'suppressed'] },
  },
  windowsByConfidence: {
    kind: 'counter',
    name: 'tocsin_windows_by_confidence_total',
    help: "Windows scored, by what stood behind the score: prior (the fleet alone), cold (fewer of the device's own than its class asks for), provisional (a threshold from too little of the fleet), watching.",
    labels: { class: 'class', confidence: confidences },
  },
  untaught: {
    kind: 'counter',
    name: 'tocsin_windows_untaught_total',
    help: 'Windows that taught their device nothing: not_finite, maintenance, guarded (as they are flagged), gaps (too much of it never arrived), alert (one was open), score (too far over the threshold).',
    labels: { class: 'class', reason: ['not_finite', 'maintenance', 'guarded', 'gaps', 'alert', 'score'] },
  },
  deviceStates: {
    kind: 'counter',
    name: 'tocsin_device_states_total',
    help: "Device states loaded: stored; new (nothing is stored: never seen, expired or evicted); or rebuilt, because what was stored is of another class or feature layout, or cannot be read: truncated, foreign (no state at all, or another device's), newer_version (of a later release), corrupt, malformed, not_finite, oversized.",
    labels: {
      outcome: [
        'stored',
        'new',
        'rebuilt_class',
        'rebuilt_spec',
        'rebuilt_truncated',
        'rebuilt_foreign',
        'rebuilt_newer_version',
        'rebuilt_corrupt',
        'rebuilt_malformed',
        'rebuilt_not_finite',
        'rebuilt_oversized',
      ],
    },
  },
  devices: { kind: 'gauge', name: 'tocsin_devices', help: 'Devices held in memory.', labels: {} },
  deviceCache: {
    kind: 'counter',
    name: 'tocsin_device_cache_total',
    help: 'Look-ups of devices in memory.',
    labels: { outcome: ['hit', 'miss'] },
  },
  conflicts: {
    kind: 'counter',
    name: 'tocsin_state_conflicts_total',
    help: 'Device states not stored because a newer one was there: another process owns the device now.',
    labels: {},
  },
  adaptations: {
    kind: 'counter',
    name: 'tocsin_adaptations_total',
    help: 'Adaptations of an initialisation to a device.',
    labels: { class: 'class' },
  },
  initialisationVersion: {
    kind: 'gauge',
    name: 'tocsin_initialisation_version',
    help: 'Version of the initialisation in use; 0 for none yet.',
    labels: { class: 'class' },
  },
  initialisations: {
    kind: 'counter',
    name: 'tocsin_initialisations_total',
    help: 'Announced bundles by what became of them.',
    labels: { outcome: ['adopted', 'older', 'foreign_spec', 'missing', 'corrupt', 'unknown_class'] },
  },
  alerts: {
    kind: 'counter',
    name: 'tocsin_alerts_total',
    help: 'Alert records sent.',
    labels: { class: 'class', severity: ['warning', 'critical'], state: ['opened', 'updated', 'closed'] },
  },
  guardAlerts: {
    kind: 'counter',
    name: 'tocsin_guard_alerts_total',
    help: 'Alert records sent by guards, which need no model; not among tocsin_alerts_total.',
    labels: { class: 'class', guard: guardKinds, state: ['opened', 'closed'] },
  },
  labels: {
    kind: 'counter',
    name: 'tocsin_labels_total',
    help: 'Labels by what became of them: applied to a device held here; unknown_subject (nothing is remembered of that window or alert); unknown_device (no state in the store, kept until it comes by); unreadable.',
    labels: { outcome: ['applied', 'unknown_subject', 'unknown_device', 'unreadable'] },
  },
  stageSeconds: {
    kind: 'histogram',
    name: 'tocsin_stage_seconds',
    help: 'Time of one batch in a stage.',
    labels: { stage: ['decode', 'walk', 'send', 'store'] },
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  windowToAlertSeconds: {
    kind: 'histogram',
    name: 'tocsin_window_to_alert_seconds',
    help: 'From the end of a window, in event time, to its alert being durable in the log.',
    labels: {},
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
  },
} as const satisfies Declarations;
