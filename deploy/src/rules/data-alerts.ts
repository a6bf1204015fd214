// Does telemetry come, is it fit to be scored, and is it scored in time?
import { scorerMetrics as scorer } from '@tocsin/observability';
import { max, rate, series } from '../promql.ts';
import { limits, recorded } from './recorded.ts';
import type { AlertRule } from './rule.ts';

const pump = '{class="pump"}';
const refused = (reason: 'broken_avro' | 'not_finite') => series(scorer.rejected, { reason });
/** A histogram of one class: `fast` windows a minute within a second, `slow` ones within five minutes. */
const latencies = (fast: number, slow: number) => ({
  [`${scorer.windowToLogSeconds.name}_bucket{class="pump", le="1"}`]: `0+${fast}x60`,
  [`${scorer.windowToLogSeconds.name}_bucket{class="pump", le="300"}`]: `0+${fast + slow}x60`,
  [`${scorer.windowToLogSeconds.name}_bucket{class="pump", le="+Inf"}`]: `0+${fast + slow}x60`,
});
const delay = series(scorer.watermarkDelay, { class: 'pump', quantile: '0.5' });

export const dataAlerts: readonly AlertRule[] = [
  {
    name: 'TocsinNoTelemetry',
    severity: 'critical',
    expr: `${rate(scorer.records, { over: '10m' })} == 0 and sum(rate(${series(scorer.records)}[1h] offset 10m)) > 0`,
    for: '5m',
    summary: 'No telemetry has come for a quarter of an hour and did before: see producers, gateways and the topic.',
    fires: { at: '50m', series: { [scorer.records.name]: '0+60x30 1800x60' }, labels: {} },
    // Nothing has ever come: somebody is still setting it up.
    quiet: { at: '50m', series: { [scorer.records.name]: '0x90' } },
  },
  {
    name: 'TocsinDeadLetters',
    severity: 'warning',
    expr: `${recorded.rejected.name} > ${limits.refusedShare}`,
    for: '10m',
    summary:
      'More than one record in a hundred is refused: `tocsin dlq list` shows which and why; send them again once that is mended.',
    fires: { at: '30m', series: { [scorer.records.name]: '0+600x60', [refused('broken_avro')]: '0+30x60' }, labels: {} },
    quiet: { at: '30m', series: { [scorer.records.name]: '0+600x60', [refused('not_finite')]: '0+3x60' } },
  },
  {
    name: 'TocsinLateData',
    severity: 'warning',
    expr: `${recorded.late.name} > ${limits.lateShare}`,
    for: '15m',
    summary:
      'More than one sample in a hundred of {{ $labels.class }} comes too late to be scored: see the clocks and buffers of its devices, or raise window.latenessMs.',
    fires: {
      at: '40m',
      series: { [`${scorer.samples.name}${pump}`]: '0+10000x60', [`${scorer.lateSamples.name}${pump}`]: '0+500x60' },
      labels: { class: 'pump' },
    },
    quiet: {
      at: '40m',
      series: { [`${scorer.samples.name}${pump}`]: '0+10000x60', [`${scorer.lateSamples.name}${pump}`]: '0+20x60' },
    },
  },
  {
    name: 'TocsinWatermarkBehind',
    severity: 'warning',
    expr: `${max(scorer.watermarkDelay, { where: { quantile: '0.5' }, by: ['class'] })} > ${limits.watermarkDelayS}`,
    for: '10m',
    summary:
      'Event time of {{ $labels.class }} is five minutes behind: with lag, see why it grows; without, telemetry comes late.',
    fires: { at: '30m', series: { [delay]: '10+30x60' }, labels: { class: 'pump' } },
    quiet: { at: '24m', series: { [delay]: '2x20 400x5 2x60' } },
  },
  {
    name: 'TocsinScoresLate',
    severity: 'warning',
    expr: `${recorded.latency.name} > ${limits.scoresLateS}`,
    for: '10m',
    summary:
      'Scores of {{ $labels.class }} take longer than a minute: see lag, then the time in stages, then log and state store.',
    fires: { at: '30m', series: latencies(90, 10), labels: { class: 'pump' } },
    quiet: { at: '30m', series: latencies(1000, 1) },
  },
];
