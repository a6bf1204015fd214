// From a record to its alert: does it keep up, what does it refuse, and what is slow?
import { readerMetrics as reader, scorerMetrics as scorer } from '@tocsin/observability';
import { figures, increase, max, min, quantile, rate, spent, sum } from '../promql.ts';
import { limits, recorded } from '../rules/recorded.ts';
import { wellBelow, type DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };

export const pipeline: DashboardPlan = {
  uid: 'tocsin-pipeline',
  title: 'Tocsin: pipeline',
  about: 'Lag, latency, what is refused or late, and where the time goes.',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        {
          title: 'Records read',
          about: 'Telemetry, per second. Red: none.',
          unit: 'rate',
          kind: 'number',
          steps: [
            { from: 0, colour: 'red' },
            { from: 1e-9, colour: 'green' },
          ],
          lines: [{ query: `${rate(scorer.records)} or vector(0)`, name: 'records' }],
        },
        {
          title: 'Records waiting',
          about: 'Between the next one to process and the end of the log, for scorers.',
          unit: 'count',
          kind: 'number',
          steps: wellBelow(limits.lagRecords, 'orange'),
          lines: [{ query: `sum(${recorded.lag.name}{service="scorer"})`, name: 'waiting' }],
        },
        {
          title: 'Behind the clock',
          about: 'Event time of the half of the devices that is less behind, in the class that is most behind.',
          unit: 's',
          kind: 'number',
          steps: wellBelow(limits.watermarkDelayS, 'orange'),
          lines: [{ query: max(scorer.watermarkDelay, { where: { ...ofClass, quantile: '0.5' } }), name: 'half' }],
        },
        {
          title: 'Window to score',
          about: 'End of the window in event time until its score is durable in the log: 99 of 100 took less.',
          unit: 's',
          kind: 'number',
          steps: wellBelow(limits.scoresLateS, 'red'),
          lines: [{ query: `max(${recorded.latency.name}{class=~"$class"})`, name: '99 of 100' }],
        },
        {
          title: 'Records refused',
          about: 'Share of the records read within ten minutes.',
          unit: 'percentunit',
          kind: 'number',
          steps: wellBelow(limits.refusedShare, 'orange'),
          lines: [{ query: recorded.rejected.name, name: 'refused' }],
        },
        {
          title: 'Samples late',
          about: 'Share that came after their window was closed, within ten minutes, in the class that has most.',
          unit: 'percentunit',
          kind: 'number',
          steps: wellBelow(limits.lateShare, 'orange'),
          lines: [{ query: `max(${recorded.late.name}{class=~"$class"})`, name: 'late' }],
        },
      ],
    },
    {
      title: 'In',
      panels: [
        {
          title: 'Records',
          about: 'Telemetry read.',
          unit: 'rate',
          lines: [{ query: rate(scorer.records, { by: ['instance'] }), name: '{{instance}}' }],
        },
        {
          title: 'Refused',
          about: 'Sent to the dead-letter topic, by reason; `tocsin dlq` shows them.',
          unit: 'rate',
          kind: 'stacked',
          mayBeEmpty: 'nothing is refused',
          lines: [{ query: `${rate(scorer.rejected, { by: ['reason'] })} > 0`, name: '{{reason}}' }],
        },
        {
          title: 'Share refused',
          about: 'Of the records read within ten minutes.',
          unit: 'percentunit',
          lines: [{ query: recorded.rejected.name, name: 'refused' }],
        },
      ],
    },
    {
      title: 'Keeping up',
      panels: [
        {
          title: 'Lag',
          about: 'Records between the next one to process and the end of the log. Sawteeth are fine, a slope is not.',
          unit: 'count',
          lines: [{ query: `sum by (service) (${recorded.lag.name})`, name: '{{service}}' }],
        },
        {
          title: 'Held back',
          about: 'Records that a new owner would read again to cut the open windows.',
          unit: 'count',
          lines: [{ query: sum(reader.holdRecords, { by: ['topic'] }), name: '{{topic}}' }],
        },
        {
          title: 'Watermark delay',
          about:
            'How far event time is behind the clock: half of the devices at most so far, all but a twentieth at most so far.',
          unit: 's',
          lines: [
            {
              query: max(scorer.watermarkDelay, { where: { ...ofClass, quantile: '0.5' }, by: ['class'] }),
              name: '{{class}} half',
            },
            {
              query: max(scorer.watermarkDelay, { where: { ...ofClass, quantile: '0.95' }, by: ['class'] }),
              name: '{{class}} 95 of 100',
            },
          ],
        },
        {
          title: 'From a window to its score',
          about: 'End of the window in event time until its score is durable in the log.',
          unit: 's',
          lines: [
            { query: quantile(0.5, scorer.windowToLogSeconds, { where: ofClass, by: ['class'] }), name: '{{class}} half' },
            { query: `${recorded.latency.name}{class=~"$class"}`, name: '{{class}} 99 of 100' },
          ],
        },
        {
          title: 'From a window to its alert',
          about: 'End of the window in event time until its alert is durable in the log.',
          unit: 's',
          mayBeEmpty: 'no alert in the time looked back on',
          lines: [
            { query: figures(quantile(0.5, scorer.windowToAlertSeconds, { over: '1h' })), name: 'half' },
            { query: figures(quantile(0.99, scorer.windowToAlertSeconds, { over: '1h' })), name: '99 of 100' },
          ],
        },
        {
          title: 'The group',
          about: 'Rebalances and lost offsets in an hour. An offset that is lost is telemetry that was never scored.',
          unit: 'count',
          mayBeEmpty: 'nobody came or went, and nothing was lost, within an hour',
          lines: [
            { query: `${increase(reader.rebalances, { by: ['instance'], over: '1h' })} > 0`, name: 'rebalances {{instance}}' },
            { query: `${increase(reader.resets, { by: ['instance'], over: '1h' })} > 0`, name: 'offsets lost {{instance}}' },
          ],
        },
      ],
    },
    {
      title: 'Samples and windows',
      panels: [
        {
          title: 'Share late',
          about: 'Samples that came after their window was closed, within ten minutes.',
          unit: 'percentunit',
          lines: [{ query: `${recorded.late.name}{class=~"$class"}`, name: '{{class}}' }],
        },
        {
          title: 'Repeated samples, clocks set back',
          about: 'Dropped or late; both are the doing of devices or gateways.',
          unit: 'rate',
          lines: [
            { query: rate(scorer.repeatedSamples, { where: ofClass, by: ['class'] }), name: '{{class}} repeated' },
            { query: rate(scorer.setBacks, { where: ofClass, by: ['class'] }), name: '{{class}} set back' },
          ],
        },
        {
          title: 'Windows with holes, said before, amended',
          about: 'Windows that are no ordinary ones.',
          unit: 'rate',
          lines: [
            {
              query: rate(scorer.windows, {
                where: { ...ofClass, outcome: ['gappy', 'suppressed', 'amended'] },
                by: ['class', 'outcome'],
              }),
              name: '{{class}} {{outcome}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Where the time goes',
      panels: [
        {
          title: 'A batch in a stage',
          about: '99 of 100 took less.',
          unit: 's',
          lines: [{ query: quantile(0.99, scorer.stageSeconds, { by: ['stage'] }), name: '{{stage}}' }],
        },
        {
          title: 'Time by stage',
          about: 'Seconds spent in a stage every second, all scorers together.',
          unit: 'short',
          kind: 'stacked',
          lines: [{ query: spent(scorer.stageSeconds, { by: ['stage'] }), name: '{{stage}}' }],
        },
        {
          title: 'Devices found in memory',
          about: 'Share of look-ups that did not have to ask the state store.',
          unit: 'percentunit',
          axis: 'whole',
          lines: [
            {
              query: `${rate(scorer.deviceCache, { where: { outcome: 'hit' } })} / ${rate(scorer.deviceCache)}`,
              name: 'found in memory',
            },
          ],
        },
      ],
    },
    {
      title: 'State store and log',
      panels: [
        {
          title: 'Answering',
          about: '0 while the log or the state store does not answer a scorer.',
          unit: 'count',
          lines: [{ query: min(scorer.dependencyUp, { by: ['dependency', 'instance'] }), name: '{{dependency}} {{instance}}' }],
        },
        {
          title: 'Memory of the state store',
          about: 'Used, and its limit; 0 for a store on disk.',
          unit: 'bytes',
          lines: [
            { query: max(scorer.stateMemoryBytes), name: 'used' },
            { query: max(scorer.stateMemoryLimitBytes), name: 'limit' },
          ],
        },
        {
          title: 'Thrown away',
          about: 'Values that the state store has evicted since it started. Their devices begin anew.',
          unit: 'count',
          lines: [{ query: max(scorer.stateEvicted), name: 'evicted' }],
        },
        {
          title: 'States',
          about: 'Loaded, by what was found; and not stored because another process owns the device now.',
          unit: 'rate',
          lines: [
            {
              query: `${rate(scorer.deviceStates, { by: ['outcome'] })} > 0 or ${rate(scorer.deviceStates, { where: { outcome: 'stored' }, by: ['outcome'] })}`,
              name: '{{outcome}}',
            },
            { query: rate(scorer.conflicts), name: 'conflicts' },
            { query: rate(scorer.overtakenAgain), name: 'overtaken again' },
          ],
        },
      ],
    },
  ],
};
