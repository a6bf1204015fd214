// Initialisations in use, how they came about, and what devices make of them.
import { scorerMetrics as scorer, trainerMetrics as trainer } from '@tocsin/observability';
import { increase, max, min, rate, sum } from '../promql.ts';
import type { DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };

export const models: DashboardPlan = {
  uid: 'tocsin-models',
  title: 'Tocsin: models',
  about: 'Versions, gate, roll-out, adaptation and drift.',
  rows: [
    {
      title: 'Versions',
      panels: [
        {
          title: 'Version in use',
          about: 'Newest and oldest among scorers: they part for moments only. 0 is none yet.',
          unit: 'short',
          lines: [
            { query: max(scorer.initialisationVersion, { where: ofClass, by: ['class'] }), name: '{{class}} newest' },
            { query: min(scorer.initialisationVersion, { where: ofClass, by: ['class'] }), name: '{{class}} oldest' },
            { query: `${max(scorer.canaryVersion, { where: ofClass, by: ['class'] })} > 0`, name: '{{class}} tried' },
          ],
        },
        {
          title: 'Devices by bundle',
          about: 'Who is scored under what.',
          unit: 'short',
          kind: 'stacked',
          lines: [
            { query: sum(scorer.devicesByBundle, { where: ofClass, by: ['class', 'bundle'] }), name: '{{class}} {{bundle}}' },
          ],
        },
        {
          title: 'What scorers made of bundles',
          about: 'In an hour. Anything but adopted, tried, withdrawn and older was not used.',
          unit: 'short',
          lines: [{ query: increase(scorer.initialisations, { by: ['outcome'], over: '1h' }), name: '{{outcome}}' }],
        },
      ],
    },
    {
      title: 'Gate and roll-out',
      panels: [
        {
          title: 'Gate',
          about: 'AUROC on held-out devices at the last gate, of everything that was tried and of what is in use.',
          unit: 'percentunit',
          lines: [{ query: max(trainer.gateAuroc, { where: ofClass, by: ['class', 'learner'] }), name: '{{class}} {{learner}}' }],
        },
        {
          title: 'Trainings',
          about: 'In an hour, by outcome.',
          unit: 'short',
          lines: [
            {
              query: increase(trainer.metaUpdates, { where: ofClass, by: ['class', 'outcome'], over: '1h' }),
              name: '{{class}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Steps of bundles',
          about: 'In an hour. Withdrawn and rolled back: alarms had jumped.',
          unit: 'short',
          lines: [
            {
              query: increase(trainer.rollouts, { where: ofClass, by: ['class', 'step'], over: '1h' }),
              name: '{{class}} {{step}}',
            },
          ],
        },
        {
          title: 'Alarms while a bundle is tried',
          about: 'Share of windows over the threshold: before, where it is tried, and elsewhere meanwhile.',
          unit: 'percentunit',
          mayBeEmpty: 'no bundle is being tried or watched',
          lines: [{ query: max(trainer.alarmRate, { where: ofClass, by: ['class', 'group'] }), name: '{{class}} {{group}}' }],
        },
        {
          title: 'Taken back on devices',
          about: 'Bundles and labels after which the alarms of a device jumped, and bundles that were gone; in an hour.',
          unit: 'short',
          lines: [
            {
              query: increase(scorer.changesUndone, { where: ofClass, by: ['class', 'change'], over: '1h' }),
              name: '{{class}} {{change}}',
            },
            { query: increase(scorer.bundlesGone, { where: ofClass, by: ['class'], over: '1h' }), name: '{{class}} gone' },
          ],
        },
        {
          title: 'Age of what was published last',
          about: 'By the trainer.',
          unit: 's',
          lines: [{ query: `time() - (${max(trainer.publishedAt, { where: ofClass, by: ['class'] })} > 0)`, name: '{{class}}' }],
        },
      ],
    },
    {
      title: 'Devices',
      panels: [
        {
          title: 'Adaptations',
          about: 'Of an initialisation to a device: in waves after a new bundle, else with what devices learn.',
          unit: 'ops',
          lines: [{ query: rate(scorer.adaptations, { where: ofClass, by: ['class'] }), name: '{{class}}' }],
        },
        {
          title: 'Learnt or not',
          about: 'Blocks of windows that watched devices were to learn.',
          unit: 'ops',
          lines: [{ query: rate(scorer.blocks, { where: ofClass, by: ['outcome'] }), name: '{{outcome}}' }],
        },
        {
          title: 'Windows that taught nothing',
          about: 'By reason.',
          unit: 'ops',
          lines: [{ query: rate(scorer.untaught, { where: ofClass, by: ['reason'] }), name: '{{reason}}' }],
        },
        {
          title: 'Slow drift',
          about: 'Devices that have drifted from where they stood when they became known: alerts in an hour.',
          unit: 'short',
          lines: [
            {
              query: increase(scorer.guardAlerts, { where: { ...ofClass, guard: 'drift' }, by: ['class', 'state'], over: '1h' }),
              name: '{{class}} {{state}}',
            },
          ],
        },
        {
          title: 'Labels',
          about: 'What became of verdicts, in an hour.',
          unit: 'short',
          lines: [{ query: increase(scorer.labels, { by: ['outcome'], over: '1h' }), name: '{{outcome}}' }],
        },
        {
          title: 'States made anew',
          about: 'Stored states that could not be used, in an hour.',
          unit: 'short',
          mayBeEmpty: 'every state that was stored could be used',
          lines: [{ query: `${increase(scorer.deviceStates, { by: ['outcome'], over: '1h' })} > 0`, name: '{{outcome}}' }],
        },
      ],
    },
  ],
};
