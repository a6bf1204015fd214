// Meta-training: on what it computes, how long it takes, from what it learns.
import { trainerMetrics as trainer } from '@tocsin/observability';
import { increase, max, quantile, rate, sum } from '../promql.ts';
import { recorded } from '../rules/recorded.ts';
import type { DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };

export const training: DashboardPlan = {
  uid: 'tocsin-trainer',
  title: 'Tocsin: trainer',
  about: 'Backend and GPU, outer steps, the store, and roll-outs.',
  rows: [
    {
      title: 'Where it computes',
      panels: [
        {
          title: 'Backend',
          about: 'The one in use, and whether it is a GPU.',
          unit: 'short',
          lines: [
            {
              query: `${max(trainer.backend, { by: ['backend', 'device', 'instance'] })} == 1`,
              name: '{{backend}} on {{device}}, {{instance}}',
            },
          ],
        },
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
          mayBeEmpty: 'no class may have been trained by steps: most are learned in closed form',
          lines: [
            { query: quantile(0.5, trainer.metaStepSeconds, { over: '1h' }), name: 'half' },
            { query: quantile(0.99, trainer.metaStepSeconds, { over: '1h' }), name: '99 of 100' },
          ],
        },
      ],
    },
    {
      title: 'Trainings',
      panels: [
        {
          title: 'A whole training',
          about: 'Gate included.',
          unit: 's',
          lines: [
            { query: quantile(0.5, trainer.metaUpdateSeconds, { over: '1h' }), name: 'half' },
            { query: quantile(0.95, trainer.metaUpdateSeconds, { over: '1h' }), name: '95 of 100' },
          ],
        },
        {
          title: 'Outcomes',
          about: 'Trainings in an hour.',
          unit: 'short',
          lines: [{ query: increase(trainer.metaUpdates, { where: ofClass, by: ['outcome'], over: '1h' }), name: '{{outcome}}' }],
        },
        {
          title: 'Loss',
          about: 'Of the last outer step.',
          unit: 'short',
          mayBeEmpty: 'no class may have been trained by steps: most are learned in closed form',
          lines: [{ query: max(trainer.loss, { where: ofClass, by: ['class'] }), name: '{{class}}' }],
        },
        {
          title: 'Roll-outs',
          about: 'Steps of bundles in a day.',
          unit: 'short',
          lines: [{ query: increase(trainer.rollouts, { where: ofClass, by: ['step'], over: '1d' }), name: '{{step}}' }],
        },
        {
          title: 'Best at the gate',
          about: 'AUROC on held-out devices of the best that was tried, and of what is in use.',
          unit: 'percentunit',
          lines: [
            { query: max(trainer.gateAuroc, { where: ofClass, by: ['class'] }), name: '{{class}} best' },
            {
              query: max(trainer.gateAuroc, { where: { ...ofClass, learner: 'in_use' }, by: ['class'] }),
              name: '{{class}} in use',
            },
          ],
        },
        {
          title: 'Lag',
          about: 'Records that the trainer has still to read.',
          unit: 'short',
          lines: [{ query: `${recorded.lag.name}{service="trainer"}`, name: '{{topic}}' }],
        },
      ],
    },
    {
      title: 'What it learns from',
      panels: [
        {
          title: 'Windows taken',
          about: 'And those that are not learned from, by reason.',
          unit: 'ops',
          lines: [
            { query: rate(trainer.windows, { where: ofClass }), name: 'taken' },
            { query: rate(trainer.windowsRefused, { where: ofClass, by: ['reason'] }), name: '{{reason}}' },
          ],
        },
        {
          title: 'Devices',
          about: 'With enough windows to learn from, and those that were not allowed to teach.',
          unit: 'short',
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
          unit: 'short',
          lines: [{ query: sum(trainer.storeDevices, { by: ['instance'] }), name: '{{instance}}' }],
        },
        {
          title: 'Lost to retention',
          about: 'Records that were gone before the trainer had read them, in an hour.',
          unit: 'short',
          lines: [{ query: increase(trainer.recordsLost, { over: '1h' }), name: 'lost' }],
        },
      ],
    },
  ],
};
