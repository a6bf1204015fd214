// Does the fleet go on teaching?
import { serviceMetrics as service, trainerMetrics as trainer } from '@tocsin/observability';
import { increase, max, series } from '../promql.ts';
import type { AlertRule } from './rule.ts';

const update = (outcome: 'published' | 'rejected' | 'failed') => series(trainer.metaUpdates, { class: 'pump', outcome });
const taken = series(trainer.windows, { class: 'pump' });
const target = 'job="tocsin", instance="trainer:9465"';
const at = { job: 'tocsin', instance: 'trainer:9465' };
const info = `${service.build.name}{${target}, service="trainer", version="0.1.0", node="v22"}`;
const backend = (name: string, device: string) => `${trainer.backend.name}{${target}, backend="${name}", device="${device}"}`;

export const trainerAlerts: readonly AlertRule[] = [
  {
    name: 'TocsinTrainingFails',
    severity: 'warning',
    expr: `${increase(trainer.metaUpdates, { where: { outcome: 'failed' }, by: ['class'], over: '1h' })} > 1.5`,
    for: '0m',
    summary: 'Trainings of {{ $labels.class }} fail: the log of the trainer says why.',
    fires: { at: '40m', series: { [update('failed')]: '0x20 0+1x40' }, labels: { class: 'pump' } },
    // Once: the log was away, and it is tried again.
    quiet: { at: '40m', series: { [update('failed')]: '0x20 1x60' } },
  },
  {
    name: 'TocsinTrainerNotLearning',
    severity: 'warning',
    expr:
      `${increase(trainer.windows, { by: ['class'], over: '1d' })} > 1000 and on (class) ` +
      `${increase(trainer.metaUpdates, { where: { outcome: ['published', 'rejected'] }, by: ['class'], over: '1d' })} == 0`,
    for: '6h',
    summary:
      'Windows of {{ $labels.class }} come in and no training has ended for more than a day: `tocsin models list` and the log of the trainer say what it waits for.',
    fires: {
      at: '36h',
      series: { [taken]: '0+2x2400', [update('published')]: '1x2400', [update('rejected')]: '0x2400' },
      labels: { class: 'pump' },
    },
    quiet: { at: '36h', series: { [taken]: '0+2x2400', [update('published')]: '0x1000 1x1400', [update('rejected')]: '0x2400' } },
  },
  {
    name: 'TocsinGateRefuses',
    severity: 'warning',
    expr:
      `${increase(trainer.metaUpdates, { where: { outcome: 'rejected' }, by: ['class'], over: '1d' })} > 5 unless on (class) ` +
      `${increase(trainer.metaUpdates, { where: { outcome: 'published' }, by: ['class'], over: '1d' })} > 0`,
    for: '1h',
    summary:
      'The gate refuses every candidate of {{ $labels.class }}: what comes in now differs from what is in use. See the figures in the console.',
    fires: {
      at: '26h',
      series: { [update('rejected')]: '0x600 0+0.1x1000', [update('published')]: '2x1600' },
      labels: { class: 'pump' },
    },
    quiet: { at: '26h', series: { [update('rejected')]: '0x600 0+0.1x1000', [update('published')]: '2x1000 3x600' } },
  },
  {
    name: 'TocsinTrainerOffGpu',
    severity: 'warning',
    expr:
      `${max(trainer.backend, { where: { device: ['software', 'cpu'] }, by: ['job', 'instance'] })} == 1 and on (job, instance) ` +
      `max by (job, instance) (max_over_time(${series(trainer.backend, { device: 'gpu' })}[7d])) == 1`,
    for: '10m',
    summary:
      '{{ $labels.instance }} computed on a GPU and does not any more: see driver and card. trainer.requireGpu forbids it to fall back.',
    fires: { at: '60m', series: { [backend('webgpu', 'gpu')]: '1x30 _x60', [backend('cpu', 'cpu')]: '_x31 1x60' }, labels: at },
    quiet: { at: '60m', series: { [backend('webgpu', 'gpu')]: '0x90', [backend('cpu', 'cpu')]: '1x90' } },
  },
  {
    name: 'TocsinTrainerNoBackend',
    severity: 'warning',
    expr: `max by (job, instance) (${series(service.build, { service: 'trainer' })}) unless on (job, instance) ${trainer.backend.name} == 1`,
    for: '10m',
    summary:
      '{{ $labels.instance }} has nothing to compute on (a GPU is required and gone, most likely): nothing is learned until it has.',
    fires: { at: '60m', series: { [info]: '1x90', [backend('webgpu', 'gpu')]: '1x30 _x60' }, labels: at },
    quiet: { at: '60m', series: { [info]: '1x90', [backend('webgpu', 'gpu')]: '1x90' } },
  },
];
