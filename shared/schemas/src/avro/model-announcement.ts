// Avro form of `tocsin.models`.
import type avro from 'avsc';
import { bundleStages, type BundleStage, type ModelAnnouncement } from '../model-bundle.ts';
import { recordCodec, type Fields } from './single-object.ts';

const nullableDouble = ['null', 'double'] as const;

type Stored = Omit<ModelAnnouncement, 'stage' | 'share'> & { stage: string | null; share: number | null };

const figures: Fields = [
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

const candidates: Fields = [
  { name: 'learner', type: 'string', default: '' },
  { name: 'candidates', type: { type: 'array', items: candidate }, default: [] },
];

const stages: Fields = [
  { name: 'stage', type: ['null', 'string'], default: null, doc: 'current (null), canary or withdrawn' },
  { name: 'share', type: [...nullableDouble], default: null, doc: 'of the devices of the class that try a canary' },
];

const announcementOf = (metrics: Fields, more: Fields): avro.Schema => ({
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
    ...more,
  ],
});

/** Codec of model announcements; reads those from before there were candidates, and from before there were stages, too. */
export const modelAnnouncementCodec = recordCodec<ModelAnnouncement, Stored>(
  announcementOf([...candidates, ...figures], stages),
  ({ stage = null, share = null, ...announcement }) => ({ ...announcement, stage, share }),
  ({ stage, share, ...stored }) => {
    const { metrics } = stored;
    return {
      ...stored,
      metrics: {
        ...metrics,
        learner: metrics.learner === '' ? metrics.algorithm : metrics.learner,
        candidates: metrics.candidates.map((one) => ({ ...one })),
        heldOutAuroc: { ...metrics.heldOutAuroc },
      },
      ...(stage === null ? {} : { stage: stageFrom(stage) }),
      ...(share === null ? {} : { share: shareFrom(share) }),
    };
  },
  [announcementOf(figures, []), announcementOf([...candidates, ...figures], [])],
);

function stageFrom(text: string): BundleStage {
  const stage = bundleStages.find((each) => each === text);
  if (stage === undefined)
    throw new Error(`ModelAnnouncement.stage: ${JSON.stringify(text)}, expected ${bundleStages.join(', ')}`);
  return stage;
}

function shareFrom(share: number): number {
  if (!(share > 0 && share <= 1)) throw new Error(`ModelAnnouncement.share: ${share}, expected more than 0 and at most 1`);
  return share;
}

export const encodeModelAnnouncement = modelAnnouncementCodec.encode;
export const decodeModelAnnouncement = modelAnnouncementCodec.decode;
