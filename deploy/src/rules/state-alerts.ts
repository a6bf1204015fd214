// The log and the state store: do they answer, is there room, and is somebody else at them?
import { scorerMetrics as scorer } from '@tocsin/observability';
import { increase, max, min } from '../promql.ts';
import { rebuilt } from './recorded.ts';
import type { AlertRule } from './rule.ts';

const one = '{job="tocsin", instance="scorer-1:9464"}';

export const stateAlerts: readonly AlertRule[] = [
  {
    name: 'TocsinDependencyAway',
    severity: 'critical',
    expr: `${min(scorer.dependencyUp, { by: ['dependency', 'instance'] })} == 0`,
    for: '2m',
    summary:
      'The {{ $labels.dependency }} does not answer {{ $labels.instance }}, or takes nothing more: nothing is lost, but nothing is scored.',
    fires: {
      at: '5m',
      series: { [`${scorer.dependencyUp.name}{instance="scorer-1:9464", dependency="store"}`]: '1 0x20' },
      labels: { dependency: 'store', instance: 'scorer-1:9464' },
    },
    quiet: { at: '2m', series: { [`${scorer.dependencyUp.name}{instance="scorer-1:9464", dependency="store"}`]: '1 0 0 1x20' } },
  },
  {
    name: 'TocsinStateNearlyFull',
    severity: 'warning',
    expr: `${max(scorer.stateMemoryBytes)} / (${max(scorer.stateMemoryLimitBytes)} > 0) > 0.85`,
    for: '15m',
    summary: 'The state store is nearly full: give it more memory, or lower state.ttlMs.',
    fires: {
      at: '30m',
      series: {
        [`${scorer.stateMemoryBytes.name}${one}`]: '800+10x60',
        [`${scorer.stateMemoryLimitBytes.name}${one}`]: '1000x60',
      },
      labels: {},
    },
    // No limit, or a store on disk.
    quiet: {
      at: '30m',
      series: { [`${scorer.stateMemoryBytes.name}${one}`]: '800+10x60', [`${scorer.stateMemoryLimitBytes.name}${one}`]: '0x60' },
    },
  },
  {
    name: 'TocsinStateEvicts',
    severity: 'critical',
    expr: `increase(${max(scorer.stateEvicted)}[15m:1m]) > 0`,
    for: '0m',
    summary: 'The state store throws devices away for want of memory: set maxmemory-policy to noeviction and give it more.',
    fires: { at: '30m', series: { [`${scorer.stateEvicted.name}${one}`]: '0x20 0+40x40' }, labels: {} },
    quiet: { at: '30m', series: { [`${scorer.stateEvicted.name}${one}`]: '700x60' } },
  },
  {
    name: 'TocsinStateShared',
    severity: 'critical',
    expr: `${increase(scorer.overtakenAgain, { over: '15m' })} > 0`,
    for: '0m',
    summary: 'Somebody else writes the states of these devices: two deployments share a store without a state.keyPrefix each.',
    fires: { at: '20m', series: { [`${scorer.overtakenAgain.name}${one}`]: '0x10 0+2x50' }, labels: {} },
    quiet: {
      at: '20m',
      series: { [`${scorer.overtakenAgain.name}${one}`]: '2x60', [`${scorer.conflicts.name}${one}`]: '0+1x60' },
    },
  },
  {
    name: 'TocsinStateConflicts',
    severity: 'warning',
    expr: `${increase(scorer.conflicts, { over: '30m' })} > 100`,
    for: '0m',
    summary:
      'Scorers keep overtaking each other over devices: see whether the group rebalances again and again, or one of them hangs.',
    fires: { at: '40m', series: { [`${scorer.conflicts.name}${one}`]: '0+10x60' }, labels: {} },
    // What a handover costs.
    quiet: { at: '40m', series: { [`${scorer.conflicts.name}${one}`]: '0x20 30x60' } },
  },
  {
    name: 'TocsinStatesRebuilt',
    severity: 'warning',
    expr: `${increase(scorer.deviceStates, { where: { outcome: rebuilt }, over: '30m' })} > 0`,
    for: '0m',
    summary: 'Stored states of devices could not be read, and those devices began anew: see what else writes to the state store.',
    fires: { at: '40m', series: { [`${scorer.deviceStates.name}{outcome="rebuilt_corrupt"}`]: '0x20 0+1x40' }, labels: {} },
    // A class was changed on purpose.
    quiet: { at: '40m', series: { [`${scorer.deviceStates.name}{outcome="rebuilt_spec"}`]: '0x20 0+1x40' } },
  },
];
