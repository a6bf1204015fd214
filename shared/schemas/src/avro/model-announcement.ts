// Avro form of `tocsin.models`.
import type avro from 'avsc';
import type { ModelAnnouncement } from '../model-bundle.ts';
import { recordCodec } from './single-object.ts';

const nullableDouble = ['null', 'double'] as const;

type Field = { name: string; type: avro.Schema; default?: unknown };

const figures: readonly Field[] = [
  { name: 'algorithm', type: 'string' },
  { name: 'backend', type: 'string' },
  { name: 'devicesTrained', type: 'int' },
  { name: 'devicesHeldOut', type: 'int' },
  { name: 'windows', type: 'int' },
  {
    name: 'heldOutAuroc',
    type: {
      type: 'record',
      name: 'HeldOutAuroc',
      fields: [
        { name: 'closedForm', type: 'double' },
        { name: 'head', type: [...nullableDouble] },
        { name: 'previous', type: [...nullableDouble] },
      ],
    },
  },
  { name: 'verdict', type: 'string' },
  { name: 'seconds', type: 'double' },
];

const candidate: avro.Schema = {
  type: 'record',
  name: 'CandidateFigures',
  fields: [
    { name: 'learner', type: 'string' },
    { name: 'auroc', type: 'double' },
    { name: 'gain', type: 'double' },
    { name: 'error', type: [...nullableDouble] },
    { name: 'devices', type: 'int' },
    { name: 'judgedOn', type: 'string' },
  ],
};

const announcementOf = (metrics: readonly Field[]): avro.Schema => ({
  type: 'record',
  name: 'ModelAnnouncement',
  namespace: 'tocsin',
  fields: [
    { name: 'deviceClass', type: 'string' },
    { name: 'version', type: 'int' },
    { name: 'location', type: 'string' },
    { name: 'checksum', type: 'string' },
    { name: 'specHash', type: 'string' },
    { name: 'createdAtMs', type: 'double' },
    { name: 'metrics', type: { type: 'record', name: 'BundleMetrics', fields: [...metrics] } },
  ],
});

/** Codec of model announcements; reads those from before there were candidates, too. */
export const modelAnnouncementCodec = recordCodec<ModelAnnouncement, ModelAnnouncement>(
  announcementOf([
    { name: 'learner', type: 'string', default: '' },
    { name: 'candidates', type: { type: 'array', items: candidate }, default: [] },
    ...figures,
  ]),
  (announcement) => announcement,
  (stored) => {
    const { metrics } = stored;
    return {
      ...stored,
      metrics: {
        ...metrics,
        learner: metrics.learner === '' ? metrics.algorithm : metrics.learner,
        candidates: metrics.candidates.map((one) => ({ ...one })),
        heldOutAuroc: { ...metrics.heldOutAuroc },
      },
    };
  },
  [announcementOf(figures)],
);

export const encodeModelAnnouncement = modelAnnouncementCodec.encode;
export const decodeModelAnnouncement = modelAnnouncementCodec.decode;
