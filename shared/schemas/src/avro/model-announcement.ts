// Avro form of `tocsin.models`.
import type avro from 'avsc';
import {
  bundleStages,
  type BundleMetrics,
  type BundleStage,
  type ModelAnnouncement,
  type PeriodFigures,
  type ShadowFigures,
} from '../model-bundle.ts';
import { recordCodec, type Fields } from './single-object.ts';

const nullableDouble = ['null', 'double'] as const;

type StoredMetrics = Omit<BundleMetrics, 'overPrevious' | 'shadow'> & {
  overPrevious: readonly PeriodFigures[] | null;
  shadow: ShadowFigures | null;
};
type Stored = Omit<ModelAnnouncement, 'stage' | 'share' | 'signature' | 'metrics'> & {
  stage: string | null;
  share: number | null;
  signature: string | null;
  metrics: StoredMetrics;
};

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

const period: avro.Schema = {
  type: 'record',
  name: 'PeriodFigures',
  fields: [
    { name: 'period', type: 'string' },
    { name: 'gain', type: 'double' },
    { name: 'error', type: [...nullableDouble] },
    { name: 'devices', type: 'int' },
  ],
};

const shadow: avro.Schema = {
  type: 'record',
  name: 'ShadowFigures',
  fields: [
    { name: 'devices', type: 'int' },
    { name: 'windows', type: 'int' },
    ...['alarmRateInUse', 'alarmRate', 'foundInUse', 'found', 'scoreShift'].map((name) => ({ name, type: 'double' as const })),
  ],
};

const checks: Fields = [
  { name: 'overPrevious', type: ['null', { type: 'array', items: period }], default: null },
  { name: 'shadow', type: ['null', shadow], default: null },
];

const stages: Fields = [
  { name: 'stage', type: ['null', 'string'], default: null, doc: 'current (null), canary or withdrawn' },
  { name: 'share', type: [...nullableDouble], default: null, doc: 'of the devices of the class that try a canary' },
  { name: 'signature', type: ['null', 'string'], default: null, doc: "Ed25519, of the bundle's bytes" },
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
  announcementOf([...candidates, ...figures, ...checks], stages),
  ({ stage = null, share = null, signature = null, metrics, ...announcement }) => {
    const { overPrevious = null, shadow: shadowed = null, ...rest } = metrics;
    return { ...announcement, stage, share, signature, metrics: { ...rest, overPrevious, shadow: shadowed } };
  },
  ({ stage, share, signature, metrics, ...stored }) => ({
    ...stored,
    metrics: metricsFrom(metrics),
    ...(stage === null ? {} : { stage: stageFrom(stage) }),
    ...(share === null ? {} : { share: shareFrom(share) }),
    ...(signature === null ? {} : { signature }),
  }),
  [announcementOf(figures, []), announcementOf([...candidates, ...figures], [])],
);

function metricsFrom({ overPrevious, shadow: shadowed, ...metrics }: StoredMetrics): BundleMetrics {
  return {
    ...metrics,
    learner: metrics.learner === '' ? metrics.algorithm : metrics.learner,
    candidates: metrics.candidates.map((one) => ({ ...one })),
    heldOutAuroc: { ...metrics.heldOutAuroc },
    ...(overPrevious === null ? {} : { overPrevious: overPrevious.map((one) => ({ ...one })) }),
    ...(shadowed === null ? {} : { shadow: { ...shadowed } }),
  };
}

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
