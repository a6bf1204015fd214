// Bundles and alerts: is there one to score with, do scorers take it, and do machines still make sense under it?
import { scorerMetrics as scorer, trainerMetrics as trainer } from '@tocsin/observability';
import { increase, max, min, series } from '../promql.ts';
import { recorded } from './recorded.ts';
import type { AlertRule } from './rule.ts';

const version = (instance: string) => `${scorer.initialisationVersion.name}{instance="${instance}", class="pump"}`;
const devices = series(scorer.devicesByBundle, { class: 'pump', bundle: 'current' });
const openings = (perMinute: string) => ({
  [series(scorer.alerts, { class: 'pump', severity: 'warning', state: 'opened' })]: perMinute,
  [series(scorer.guardAlerts, { class: 'pump', guard: 'silent', state: 'opened' })]: '0x60',
  [devices]: '100x60',
});

export const modelAlerts: readonly AlertRule[] = [
  {
    name: 'TocsinNoInitialisation',
    severity: 'warning',
    expr: `${max(scorer.initialisationVersion, { by: ['class'] })} == 0 and on (class) ${recorded.windows.name} > 0`,
    for: '1h',
    summary:
      '{{ $labels.class }} sends and has no initialisation: see whether a trainer runs and what it waits for (`tocsin models list`).',
    fires: {
      at: '90m',
      series: { [version('scorer-1')]: '0x120', [series(scorer.windows, { class: 'pump', outcome: 'cold' })]: '0+60x120' },
      labels: { class: 'pump' },
    },
    quiet: {
      at: '90m',
      series: { [version('scorer-1')]: '0x40 1x80', [series(scorer.windows, { class: 'pump', outcome: 'cold' })]: '0+60x120' },
    },
  },
  {
    name: 'TocsinScorersDisagree',
    severity: 'warning',
    expr: `${max(scorer.initialisationVersion, { by: ['class'] })} != ${min(scorer.initialisationVersion, { by: ['class'] })}`,
    for: '15m',
    summary:
      'Scorers have different initialisations of {{ $labels.class }} in use: one of them does not read tocsin.models or refuses a bundle.',
    fires: {
      at: '40m',
      series: { [version('scorer-1')]: '3x10 4x60', [version('scorer-2')]: '3x70' },
      labels: { class: 'pump' },
    },
    quiet: { at: '14m', series: { [version('scorer-1')]: '3x10 4x60', [version('scorer-2')]: '3x15 4x60' } },
  },
  {
    name: 'TocsinBundleGone',
    severity: 'warning',
    expr: `${increase(scorer.bundlesGone, { by: ['class'], over: '1h' })} > 0`,
    for: '0m',
    summary:
      'Bundles that devices of {{ $labels.class }} were scored under are gone from the state store: see what deleted or evicted them.',
    fires: { at: '40m', series: { [series(scorer.bundlesGone, { class: 'pump' })]: '0x20 0+1x40' }, labels: { class: 'pump' } },
    quiet: { at: '40m', series: { [series(scorer.bundlesGone, { class: 'pump' })]: '5x60' } },
  },
  {
    name: 'TocsinBundleRefused',
    severity: 'critical',
    expr: `${increase(scorer.initialisations, { where: { outcome: ['missing', 'corrupt', 'foreign_spec', 'unsigned', 'unknown_key', 'altered'] }, by: ['outcome'], over: '1h' })} > 0`,
    for: '0m',
    summary:
      'Scorers refuse a bundle that was announced ({{ $labels.outcome }}); the one in use stays. Altered or unsigned: find out who published it.',
    fires: {
      at: '40m',
      series: { [series(scorer.initialisations, { outcome: 'altered' })]: '0x20 1x40' },
      labels: { outcome: 'altered' },
    },
    quiet: { at: '40m', series: { [series(scorer.initialisations, { outcome: 'older' })]: '0x20 0+1x40' } },
  },
  {
    name: 'TocsinBundleTakenBack',
    severity: 'warning',
    expr: `${increase(trainer.rollouts, { where: { step: ['withdrawn', 'rolled_back'] }, by: ['class', 'step'], over: '1h' })} > 0`,
    for: '0m',
    summary:
      'A bundle of {{ $labels.class }} was {{ $labels.step }}: alarms had jumped under it, or it stayed unclear whether they had. `tocsin models list` says on how many devices.',
    fires: {
      at: '40m',
      series: { [series(trainer.rollouts, { class: 'pump', step: 'rolled_back' })]: '0x20 1x40' },
      labels: { class: 'pump', step: 'rolled_back' },
    },
    quiet: { at: '40m', series: { [series(trainer.rollouts, { class: 'pump', step: 'promoted' })]: '0x20 1x40' } },
  },
  {
    name: 'TocsinBundleUndone',
    severity: 'critical',
    expr:
      `${increase(scorer.changesUndone, { where: { change: 'bundle' }, by: ['class'], over: '1h' })} > ` +
      `0.05 * ${recorded.devices.name}`,
    for: '0m',
    summary:
      'One device of {{ $labels.class }} in twenty has taken its bundle back by itself: roll it back for all (`tocsin models rollback`).',
    fires: {
      at: '40m',
      series: { [series(scorer.changesUndone, { class: 'pump', change: 'bundle' })]: '0x20 0+1x40', [devices]: '100x60' },
      labels: { class: 'pump' },
    },
    quiet: {
      at: '40m',
      series: { [series(scorer.changesUndone, { class: 'pump', change: 'bundle' })]: '0x20 2x40', [devices]: '100x60' },
    },
  },
  {
    name: 'TocsinAlertStorm',
    severity: 'critical',
    expr: `${recorded.opened.name} > 0.2 and ${recorded.devices.name} >= 10`,
    for: '5m',
    summary:
      'A fifth of all {{ $labels.class }} has opened alerts within a quarter of an hour: one cause, not many faults. Look for what they share.',
    fires: { at: '30m', series: openings('0+4x60'), labels: { class: 'pump' } },
    quiet: { at: '30m', series: openings('0x20 1x10 2x30') },
  },
];
