// Is everything there, and does it get on?
import { readerMetrics as reader, scorerMetrics as scorer, serviceMetrics as service } from '@tocsin/observability';
import { increase, rate, series, sum } from '../promql.ts';
import { limits, recorded } from './recorded.ts';
import type { AlertRule } from './rule.ts';

const at = { job: 'tocsin', instance: 'scorer-1:9464' };
const target = (instance: string, more = '') => `{job="tocsin", instance="${instance}"${more}}`;
const scorerInfo = `${service.build.name}${target('scorer-1:9464', ', service="scorer"')}`;
const lagOf = (topic: string) => `${reader.lagRecords.name}${target('scorer-1:9464', `, topic="${topic}", partition="0"`)}`;

export const serviceAlerts: readonly AlertRule[] = [
  {
    name: 'TocsinDown',
    severity: 'critical',
    expr: 'up{job="tocsin"} == 0',
    for: '2m',
    summary: '{{ $labels.instance }} does not answer Prometheus: see whether the process runs and what it said last.',
    fires: { at: '5m', series: { 'up{job="tocsin", instance="scorer-1:9464"}': '1 0x10' }, labels: at },
    // Down for a minute only; and a simulator, which is nobody's to get up for.
    quiet: {
      at: '5m',
      series: {
        'up{job="tocsin", instance="scorer-1:9464"}': '1x3 0 0 1x10',
        'up{job="tocsin-simulator", instance="simulator:9466"}': '1 0x10',
      },
    },
  },
  {
    name: 'TocsinNoScorer',
    severity: 'critical',
    expr: `absent(${series(service.build, { service: 'scorer' })})`,
    for: '5m',
    summary: 'No scorer is known to Prometheus: nothing is scored. Start one, or mend the scraping.',
    fires: { at: '10m', series: {}, labels: { service: 'scorer' } },
    quiet: { at: '10m', series: { [scorerInfo]: '1x20' } },
  },
  {
    name: 'TocsinNotReady',
    severity: 'warning',
    expr: `${service.ready.name} == 0`,
    for: '5m',
    summary: '{{ $labels.instance }} is not ready: its /readyz says what it waits for.',
    fires: { at: '10m', series: { [`${service.ready.name}${target('scorer-1:9464')}`]: '1 0x20' }, labels: at },
    quiet: { at: '3m', series: { [`${service.ready.name}${target('scorer-1:9464')}`]: '1 0 0 0 1x20' } },
  },
  {
    name: 'TocsinRestarts',
    severity: 'warning',
    expr: `changes(process_start_time_seconds{job="tocsin"}[30m]) > 3`,
    for: '0m',
    summary:
      '{{ $labels.instance }} has started again more than three times in half an hour: its last lines before the end say why.',
    fires: { at: '30m', series: { [`process_start_time_seconds${target('scorer-1:9464')}`]: '0+300x40' }, labels: at },
    quiet: { at: '30m', series: { [`process_start_time_seconds${target('scorer-1:9464')}`]: '0x10 600x40' } },
  },
  {
    name: 'TocsinNoProgress',
    severity: 'critical',
    expr:
      `${sum(reader.lagRecords, { by: ['instance'] })} > 0 and on (instance) ` +
      `${rate(scorer.records, { by: ['instance'], over: '5m' })} == 0`,
    for: '5m',
    summary: '{{ $labels.instance }} has records waiting and takes none: see its /readyz and log, then restart it.',
    fires: {
      at: '15m',
      series: { [lagOf('telemetry')]: '0+100x30', [`${scorer.records.name}${target('scorer-1:9464')}`]: '5000x30' },
      labels: { instance: 'scorer-1:9464' },
    },
    quiet: {
      at: '15m',
      series: { [lagOf('telemetry')]: '0+100x30', [`${scorer.records.name}${target('scorer-1:9464')}`]: '0+60x30' },
    },
  },
  {
    name: 'TocsinLagGrows',
    severity: 'warning',
    expr: `${recorded.lag.name} > ${limits.lagRecords} and deriv(${recorded.lag.name}[15m]) > 0 and ${recorded.lag.name} > ${recorded.lag.name} offset 15m`,
    for: '15m',
    summary: 'The {{ $labels.service }} falls behind in {{ $labels.topic }}: add one, or find what slows it down.',
    fires: {
      at: '45m',
      series: { [lagOf('telemetry')]: '0+500x60', [scorerInfo]: '1x60' },
      labels: { service: 'scorer', topic: 'telemetry' },
    },
    // A backlog that is being worked off.
    quiet: { at: '45m', series: { [lagOf('telemetry')]: '60000-900x60', [scorerInfo]: '1x60' } },
  },
  {
    name: 'TocsinRecordsLost',
    severity: 'critical',
    expr: `${increase(reader.resets, { by: ['instance'], over: '1h' })} > 0`,
    for: '0m',
    summary:
      '{{ $labels.instance }} came too late for records that retention had taken: raise the retention, then find why it was so far behind.',
    fires: {
      at: '20m',
      series: { [`${reader.resets.name}${target('scorer-1:9464')}`]: '0x10 1x50' },
      labels: { instance: 'scorer-1:9464' },
    },
    quiet: { at: '20m', series: { [`${reader.resets.name}${target('scorer-1:9464')}`]: '3x60' } },
  },
  {
    name: 'TocsinRebalances',
    severity: 'warning',
    expr: `${increase(reader.rebalances, { by: ['instance'], over: '30m' })} > 6`,
    for: '0m',
    summary: '{{ $labels.instance }} is given other partitions again and again: members come and go, or miss their heartbeats.',
    fires: {
      at: '40m',
      series: { [`${reader.rebalances.name}${target('scorer-1:9464')}`]: '0+1x60' },
      labels: { instance: 'scorer-1:9464' },
    },
    // A rolling restart of three scorers.
    quiet: { at: '40m', series: { [`${reader.rebalances.name}${target('scorer-1:9464')}`]: '1x15 2x5 3x5 4x40' } },
  },
];
