// Initialisations in use, how they came about, and what devices make of them.
import { scorerMetrics as scorer, trainerMetrics as trainer } from '@tocsin/observability';
import { figures, increase, max, min, rate, sum } from '../promql.ts';
import { rebuilt } from '../rules/recorded.ts';
import { bundleColours, noneIsWell, outcomeColours, stepColours, type DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };
const newest = max(scorer.initialisationVersion, { where: ofClass, by: ['class'] });
const oldest = min(scorer.initialisationVersion, { where: ofClass, by: ['class'] });
const unusable = ['missing', 'corrupt', 'foreign_spec', 'unsigned', 'unknown_key', 'altered'] as const;

export const models: DashboardPlan = {
  uid: 'tocsin-models',
  title: 'Tocsin: models',
  about: 'Versions, gate, roll-out, adaptation and drift.',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        {
          title: 'Without a model',
          about: 'Classes whose devices are scored by nobody yet: the trainer says why.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('orange'),
          lines: [{ query: `count(${newest} == 0) or vector(0)`, name: 'without' }],
        },
        {
          title: 'Scorers disagree',
          about: 'Classes of which some use another version than others: for moments only, after a new one.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('orange'),
          lines: [{ query: `count(${newest} != ${oldest}) or vector(0)`, name: 'disagree' }],
        },
        {
          title: 'On current bundle',
          about: 'Share of the devices that send. Falls after a new version, for they come over one by one.',
          unit: 'percentunit',
          kind: 'number',
          lines: [
            {
              query: `${sum(scorer.devicesByBundle, { where: { ...ofClass, bundle: 'current' } })} / ${sum(scorer.devicesByBundle, { where: ofClass })}`,
              name: 'current',
            },
          ],
        },
        {
          title: 'Taken back in a day',
          about: 'Versions that were withdrawn or rolled back: alarms had jumped, or it stayed unclear whether they had.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('orange'),
          lines: [
            {
              query: `${increase(trainer.rollouts, { where: { ...ofClass, step: ['withdrawn', 'rolled_back'] }, over: '1d' })} or vector(0)`,
              name: 'taken back',
            },
          ],
        },
        {
          title: 'Unusable in a day',
          about: 'Bundles that scorers were to use and that were gone or refused.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('red'),
          lines: [
            {
              query: `(${increase(scorer.bundlesGone, { where: ofClass, over: '1d' })} or vector(0)) + (${increase(scorer.initialisations, { where: { outcome: unusable }, over: '1d' })} or vector(0))`,
              name: 'gone or refused',
            },
          ],
        },
        {
          title: 'Last published',
          about: 'Ago, by the trainer, in the class where it was last.',
          unit: 's',
          kind: 'number',
          lines: [{ query: `time() - (${max(trainer.publishedAt, { where: ofClass })} > 0)`, name: 'ago' }],
        },
      ],
    },
    {
      title: 'Versions',
      panels: [
        {
          title: 'Version in use',
          about: 'Newest and oldest among scorers: they part for moments only. 0 is none yet.',
          unit: 'count',
          lines: [
            { query: newest, name: '{{class}} newest' },
            { query: oldest, name: '{{class}} oldest' },
            { query: `${max(scorer.canaryVersion, { where: ofClass, by: ['class'] })} > 0`, name: '{{class}} tried' },
          ],
        },
        {
          title: 'Devices by bundle',
          about: 'Who is scored under what.',
          unit: 'count',
          kind: 'stacked',
          colours: bundleColours,
          lines: [
            { query: sum(scorer.devicesByBundle, { where: ofClass, by: ['class', 'bundle'] }), name: '{{class}} {{bundle}}' },
          ],
        },
        {
          title: 'What scorers made of bundles',
          about: 'In an hour. Anything but adopted, tried, withdrawn and older was not used.',
          unit: 'count',
          mayBeEmpty: 'no bundle has come within an hour',
          lines: [{ query: `${increase(scorer.initialisations, { by: ['outcome'], over: '1h' })} > 0`, name: '{{outcome}}' }],
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
          axis: 'fitted',
          lines: [
            {
              query: figures(max(trainer.gateAuroc, { where: ofClass, by: ['class', 'learner'] })),
              name: '{{class}} {{learner}}',
            },
          ],
        },
        {
          title: 'Trainings',
          about: 'In an hour, by outcome.',
          unit: 'count',
          colours: outcomeColours,
          lines: [
            {
              query: increase(trainer.metaUpdates, { where: ofClass, by: ['class', 'outcome'], over: '1h' }),
              name: '{{class}} {{outcome}}',
            },
          ],
        },
        {
          title: 'Steps of bundles',
          about: 'In an hour. Withdrawn and rolled back: alarms had jumped, or it stayed unclear whether they had.',
          unit: 'count',
          colours: stepColours,
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
          lines: [
            { query: figures(max(trainer.alarmRate, { where: ofClass, by: ['class', 'group'] })), name: '{{class}} {{group}}' },
          ],
        },
        {
          title: 'Taken back on devices',
          about: 'Bundles and labels after which the alarms of a device jumped, and bundles that were gone; in an hour.',
          unit: 'count',
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
          unit: 'rate',
          lines: [{ query: rate(scorer.adaptations, { where: ofClass, by: ['class'] }), name: '{{class}}' }],
        },
        {
          title: 'Learnt or not',
          about: 'Blocks of windows that watched devices were to learn.',
          unit: 'rate',
          colours: {
            learnt: 'green',
            dropped_alert: 'orange',
            dropped_share: 'yellow',
            rolled_back: 'red',
            pulled_back: 'purple',
          },
          lines: [{ query: rate(scorer.blocks, { where: ofClass, by: ['outcome'] }), name: '{{outcome}}' }],
        },
        {
          title: 'Windows that taught nothing',
          about: 'By reason.',
          unit: 'rate',
          lines: [{ query: rate(scorer.untaught, { where: ofClass, by: ['reason'] }), name: '{{reason}}' }],
        },
        {
          title: 'Slow drift',
          about: 'Devices that have drifted from where they stood when they became known: alerts in an hour.',
          unit: 'count',
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
          unit: 'count',
          lines: [{ query: increase(scorer.labels, { by: ['outcome'], over: '1h' }), name: '{{outcome}}' }],
        },
        {
          title: 'States made anew',
          about: 'Stored states that could not be used, in an hour.',
          unit: 'count',
          mayBeEmpty: 'every state that was stored could be used',
          lines: [
            {
              query: `${increase(scorer.deviceStates, { where: { outcome: [...rebuilt, 'rebuilt_spec'] }, by: ['outcome'], over: '1h' })} > 0`,
              name: '{{outcome}}',
            },
          ],
        },
      ],
    },
  ],
};
