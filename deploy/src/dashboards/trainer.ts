// Meta-training: on what it computes, how long it takes, from what it learns.
import { trainerMetrics as trainer } from '@tocsin/observability';
import { figures, increase, max, quantile, rate, sum } from '../promql.ts';
import { limits, recorded } from '../rules/recorded.ts';
import { noneIsWell, outcomeColours, stepColours, wellBelow, type DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };

export const training: DashboardPlan = {
  uid: 'tocsin-trainer',
  title: 'Tocsin: trainer',
  about: 'Backend and GPU, outer steps, the store, and roll-outs.',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        {
          title: 'Backend',
          about: 'What trainings are computed on.',
          unit: 'short',
          kind: 'words',
          lines: [{ query: `${max(trainer.backend, { by: ['backend', 'device'] })} == 1`, name: '{{backend}} ({{device}})' }],
        },
        {
          title: 'Failed in a day',
          about: 'Trainings that ended in an error; the log of the trainer has it.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('orange'),
          lines: [
            {
              query: `${increase(trainer.metaUpdates, { where: { ...ofClass, outcome: 'failed' }, over: '1d' })} or vector(0)`,
              name: 'failed',
            },
          ],
        },
        {
          title: 'Published in a day',
          about: 'Trainings whose result passed the gate.',
          unit: 'count',
          kind: 'number',
          lines: [
            {
              query: `${increase(trainer.metaUpdates, { where: { ...ofClass, outcome: 'published' }, over: '1d' })} or vector(0)`,
              name: 'published',
            },
          ],
        },
        {
          title: 'Devices to learn from',
          about: 'With enough windows.',
          unit: 'count',
          kind: 'number',
          lines: [{ query: sum(trainer.devices, { where: ofClass }), name: 'devices' }],
        },
        {
          title: 'Records waiting',
          about: 'That the trainer has still to read.',
          unit: 'count',
          kind: 'number',
          steps: wellBelow(limits.lagRecords, 'orange'),
          lines: [{ query: `sum(${recorded.lag.name}{service="trainer"})`, name: 'waiting' }],
        },
        {
          title: 'Records lost in a day',
          about: 'Gone by retention before the trainer had read them.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('orange'),
          lines: [{ query: increase(trainer.recordsLost, { over: '1d' }), name: 'lost' }],
        },
      ],
    },
    {
      title: 'How long it takes',
      panels: [
        {
          title: 'Trial step',
          about:
            'One second-order outer step on 32 episodes, timed when the backend was chosen; none for a GPU played by a processor.',
          unit: 's',
          lines: [{ query: max(trainer.backendStepSeconds, { by: ['instance'] }), name: '{{instance}}' }],
        },
        {
          title: 'Outer steps',
          about: 'Time of one, in real trainings.',
          unit: 's',
          mayBeEmpty: 'no class has been trained by steps: most are learned in closed form',
          lines: [
            { query: figures(quantile(0.5, trainer.metaStepSeconds, { over: '1h' })), name: 'half' },
            { query: figures(quantile(0.99, trainer.metaStepSeconds, { over: '1h' })), name: '99 of 100' },
          ],
        },
        {
          title: 'A whole training',
          about: 'Gate included.',
          unit: 's',
          lines: [
            { query: quantile(0.5, trainer.metaUpdateSeconds, { over: '1h' }), name: 'half' },
            { query: quantile(0.95, trainer.metaUpdateSeconds, { over: '1h' }), name: '95 of 100' },
          ],
        },
      ],
    },
    {
      title: 'Trainings',
      panels: [
        {
          title: 'Outcomes',
          about: 'Trainings in an hour.',
          unit: 'count',
          colours: outcomeColours,
          lines: [{ query: increase(trainer.metaUpdates, { where: ofClass, by: ['outcome'], over: '1h' }), name: '{{outcome}}' }],
        },
        {
          title: 'Loss',
          about: 'Of the last outer step.',
          unit: 'short',
          mayBeEmpty: 'no class has been trained by steps: most are learned in closed form',
          lines: [{ query: max(trainer.loss, { where: ofClass, by: ['class'] }), name: '{{class}}' }],
        },
        {
          title: 'Roll-outs',
          about: 'Steps of bundles in a day.',
          unit: 'count',
          colours: stepColours,
          lines: [{ query: increase(trainer.rollouts, { where: ofClass, by: ['step'], over: '1d' }), name: '{{step}}' }],
        },
        {
          title: 'Best at the gate',
          about: 'AUROC on held-out devices of the best that was tried, and of what is in use.',
          unit: 'percentunit',
          axis: 'fitted',
          lines: [
            { query: max(trainer.gateAuroc, { where: ofClass, by: ['class'] }), name: '{{class}} best' },
            {
              query: max(trainer.gateAuroc, { where: { ...ofClass, learner: 'in_use' }, by: ['class'] }),
              name: '{{class}} in use',
            },
          ],
        },
      ],
    },
    {
      title: 'What it learns from',
      panels: [
        {
          title: 'Windows taken',
          about: 'And those that are not learned from, by reason.',
          unit: 'rate',
          lines: [
            { query: rate(trainer.windows, { where: ofClass }), name: 'taken' },
            { query: rate(trainer.windowsRefused, { where: ofClass, by: ['reason'] }), name: '{{reason}}' },
          ],
        },
        {
          title: 'Devices',
          about: 'With enough windows to learn from, and those that were not allowed to teach.',
          unit: 'count',
          lines: [
            { query: max(trainer.devices, { where: ofClass, by: ['class'] }), name: '{{class}}' },
            { query: max(trainer.devicesRefused, { where: ofClass, by: ['class'] }), name: '{{class}} refused' },
          ],
        },
        {
          title: 'Store',
          about: 'On disk.',
          unit: 'bytes',
          lines: [{ query: sum(trainer.storeBytes, { by: ['instance'] }), name: '{{instance}}' }],
        },
        {
          title: 'Devices in the store',
          about: 'Known by any window.',
          unit: 'count',
          lines: [{ query: sum(trainer.storeDevices, { by: ['instance'] }), name: '{{instance}}' }],
        },
        {
          title: 'Lost to retention',
          about: 'Records that were gone before the trainer had read them, in an hour.',
          unit: 'count',
          lines: [{ query: increase(trainer.recordsLost, { over: '1h' }), name: 'lost' }],
        },
        {
          title: 'Lag',
          about: 'Records that the trainer has still to read.',
          unit: 'count',
          lines: [{ query: `${recorded.lag.name}{service="trainer"}`, name: '{{topic}}' }],
        },
      ],
    },
  ],
};
