// The JSON header of a stored bundle and its check: everything of a bundle that is not a long list of floats.
import type {
  BundleMetrics,
  CandidateFigures,
  FeatureElement,
  FeatureSpec,
  HeadParameters,
  HeadPlan,
  LearnedFrom,
  ModelBundle,
  OwnPart,
  PeriodFigures,
  Prototypes,
  ShadowFigures,
} from '@tocsin/schemas';
import { parseCalibrationHeader, type CalibrationHeader } from './calibration-codec.ts';
import { CodecError } from './codec-error.ts';
import { jsonObject, type JsonObject } from './json-object.ts';
import { checkContext, regimesHeaderFrom, type RegimesHeader } from './regime-codec.ts';

export type BundleHeader = Pick<
  ModelBundle,
  'version' | 'restores' | 'deviceClass' | 'createdAtMs' | 'spec' | 'metrics' | 'learnedFrom'
> & {
  d: number;
  head: HeadHeader | null;
  /** Absent in bundles without one, and from before there was one. */
  own?: OwnPart;
  regimes?: RegimesHeader;
  calibration: CalibrationHeader;
};

/** Bundles from before there were rates and prototypes have neither field. */
type HeadHeader = Omit<HeadParameters & HeadPlan, 'w1' | 'b1' | 'w2' | 'rates' | 'prototypes'> & {
  hasRates: boolean;
  prototypes: Pick<Prototypes, 'gain' | 'weight'> | null;
};

/** Parses and checks a header. Throws CodecError `malformed`. */
export function parseBundleHeader(text: string): BundleHeader {
  const header = jsonObject(parseJson(text), 'header');
  const spec = specFrom(header.object('spec'));
  const d = header.count('d', 1);
  if (spec.elements.length !== d) throw new CodecError('malformed', `spec.elements: ${spec.elements.length}, expected d = ${d}`);
  checkContext(spec.context ?? [], d, 'spec.context');
  const version = header.count('version', 1);
  return {
    version,
    ...(header.has('restores') ? { restores: restoresFrom(header.count('restores', 1), version) } : {}),
    deviceClass: header.text('deviceClass'),
    createdAtMs: header.number('createdAtMs'),
    d,
    head: header.isNull('head') ? null : headFrom(header.object('head')),
    ...(header.has('own') ? { own: ownFrom(header.object('own')) } : {}),
    ...(header.has('regimes') ? { regimes: regimesHeaderFrom(header.object('regimes'), d) } : {}),
    calibration: parseCalibrationHeader(header.object('calibration')),
    spec,
    metrics: metricsFrom(header.object('metrics')),
    ...(header.has('learnedFrom') ? { learnedFrom: learnedFromOf(header.object('learnedFrom')) } : {}),
  };
}

function learnedFromOf(from: JsonObject): LearnedFrom {
  return {
    positions: from.objects('positions').map((position) => ({
      topic: position.text('topic'),
      partition: position.count('partition', 0),
      offset: position.count('offset', 0),
    })),
    devices: from.count('devices', 0),
    windows: from.count('windows', 0),
    digest: from.text('digest'),
    seed: from.count('seed', 0),
    storeSeed: from.count('storeSeed', 0),
    ...(from.has('inUse') ? { inUse: from.count('inUse', 0) } : {}),
    ...(from.has('settings') ? { settings: from.text('settings') } : {}),
    ...(from.has('refused')
      ? {
          refused: from
            .objects('refused')
            .map((device) => ({ deviceId: device.text('deviceId'), reason: device.text('reason') })),
        }
      : {}),
  };
}

function restoresFrom(restores: number, version: number): number {
  if (restores >= version) throw new CodecError('malformed', `restores: ${restores}, expected one before version ${version}`);
  return restores;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CodecError('malformed', 'header: not JSON');
  }
}

function headFrom(head: JsonObject): NonNullable<BundleHeader['head']> {
  return {
    hidden: head.count('hidden', 1),
    b2: head.number('b2'),
    a: head.number('a'),
    c: head.number('c'),
    innerSteps: head.count('innerSteps', 0),
    innerRate: head.number('innerRate'),
    hasRates: head.has('hasRates') && head.boolean('hasRates'),
    prototypes: head.has('prototypes') && !head.isNull('prototypes') ? prototypesFrom(head.object('prototypes')) : null,
  };
}

function ownFrom(own: JsonObject): OwnPart {
  const share = own.number('share');
  const nu = own.number('nu');
  if (!(share > 0 && share <= 1)) throw new CodecError('malformed', `own.share: ${share}, expected more than 0 and at most 1`);
  if (!(nu > 0)) throw new CodecError('malformed', `own.nu: ${nu}, expected more than 0`);
  return { share, nu };
}

function prototypesFrom(prototypes: JsonObject): Pick<Prototypes, 'gain' | 'weight'> {
  return { gain: prototypes.number('gain'), weight: prototypes.number('weight') };
}

function specFrom(spec: JsonObject): FeatureSpec {
  if (spec.number('version') !== 1) throw new CodecError('malformed', `spec.version: ${spec.number('version')}, expected 1`);
  return {
    version: 1,
    kind: spec.oneOf('kind', ['vibration', 'slow']),
    channels: spec.texts('channels'),
    rateHz: spec.number('rateHz'),
    windowSamples: spec.count('windowSamples', 1),
    bands: spec.count('bands', 0),
    wavelet: spec.boolean('wavelet'),
    envelope: spec.boolean('envelope'),
    elements: spec.objects('elements').map((element): FeatureElement => ({
      name: element.text('name'),
      channel: element.text('channel'),
      block: element.text('block'),
      unit: element.oneOf('unit', ['ln', 'ratio', 'shape', 'value', 'slope']),
    })),
    ...(spec.has('context') ? { context: spec.numbers('context') } : {}),
    hash: spec.text('hash'),
  };
}

function metricsFrom(metrics: JsonObject): BundleMetrics {
  const auroc = metrics.object('heldOutAuroc');
  // Bundles from before there were candidates have neither field.
  return {
    learner: metrics.text(metrics.has('learner') ? 'learner' : 'algorithm'),
    candidates: metrics.has('candidates') ? metrics.objects('candidates').map(candidateFrom) : [],
    algorithm: metrics.text('algorithm'),
    backend: metrics.text('backend'),
    devicesTrained: metrics.count('devicesTrained', 0),
    devicesHeldOut: metrics.count('devicesHeldOut', 0),
    windows: metrics.count('windows', 0),
    heldOutAuroc: {
      closedForm: auroc.number('closedForm'),
      head: auroc.isNull('head') ? null : auroc.number('head'),
      previous: auroc.isNull('previous') ? null : auroc.number('previous'),
    },
    // Absent in bundles that had nothing to be compared with, and from before there were such figures.
    ...(metrics.has('overPrevious') ? { overPrevious: metrics.objects('overPrevious').map(periodFrom) } : {}),
    ...(metrics.has('shadow') ? { shadow: shadowFrom(metrics.object('shadow')) } : {}),
    verdict: metrics.text('verdict'),
    seconds: metrics.number('seconds'),
  };
}

function periodFrom(figures: JsonObject): PeriodFigures {
  return {
    period: figures.oneOf('period', ['later', 'recent']),
    gain: figures.number('gain'),
    error: figures.isNull('error') ? null : figures.number('error'),
    devices: figures.count('devices', 0),
  };
}

function shadowFrom(figures: JsonObject): ShadowFigures {
  return {
    devices: figures.count('devices', 0),
    windows: figures.count('windows', 0),
    alarmRateInUse: figures.number('alarmRateInUse'),
    alarmRate: figures.number('alarmRate'),
    foundInUse: figures.number('foundInUse'),
    found: figures.number('found'),
    scoreShift: figures.number('scoreShift'),
  };
}

function candidateFrom(candidate: JsonObject): CandidateFigures {
  return {
    learner: candidate.text('learner'),
    auroc: candidate.number('auroc'),
    gain: candidate.number('gain'),
    error: candidate.isNull('error') ? null : candidate.number('error'),
    devices: candidate.count('devices', 0),
    judgedOn: candidate.oneOf('judgedOn', ['labels', 'pseudo-anomalies']),
  };
}
