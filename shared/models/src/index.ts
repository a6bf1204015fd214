// The model of a device: fleet prior, closed-form adaptation, residual head, score, attribution, and their binary forms.
export { adapt } from './adapt.ts';
export { addProduct, transposed } from './add-product.ts';
export { adaptClosedForm } from './adapt-closed-form.ts';
export { adaptHead } from './adapt-head.ts';
export { attribute } from './attribute.ts';
export { checksumOf, decodeBundle, encodeBundle } from './bundle-codec.ts';
export {
  KeyError,
  parsePublicKey,
  parseSigningKey,
  signatureVerdicts,
  signBundle,
  verifyBundle,
  type PublicKey,
  type SignatureVerdict,
  type SigningKey,
} from './bundle-signature.ts';
export { CodecError, codecErrorCodes, type CodecErrorCode } from './codec-error.ts';
export type { DeviceModel } from './device-model.ts';
export { decodeDeviceState, deviceStateBytes, encodeDeviceState } from './device-state-codec.ts';
export { fitFleet, startNu } from './fit-fleet.ts';
export type { FleetDevice } from './fleet-moments.ts';
export { addFirstLayer, flattenHead, forwardRows, headForward, sigmoid, softplus, unflattenHead } from './head.ts';
export { headInputs, headRows } from './head-rows.ts';
export {
  addHeadGradient,
  emptyHeadGradient,
  headInnerStep,
  headInnerSteps,
  type HeadGradient,
  type HeadSupport,
} from './inner-step.ts';
export {
  NotApplicable,
  type DeviceScorer,
  type FittedLearner,
  type LabelledDevice,
  type LabelledFleet,
  type Learner,
  type WindowLabel,
} from './learner.ts';
export { anomalyTerm, createLikeness, hearsAnomalies, likeNormal, likenessDirection, type Likeness } from './likeness.ts';
export { metaLoss, queryLoss, type HeadEpisode } from './meta-loss.ts';
export {
  emptyMoments,
  goBackTo,
  goBackToReservoir,
  keepNear,
  learnMoments,
  momentsOf,
  referenceOf,
  withWindow,
} from './moments.ts';
export type { OwnScale } from './own-scale.ts';
export { ownNu, ownScaleScorer } from './own-scale-scorer.ts';
export { decodeKeptWindow, encodeKeptWindow } from './kept-window-codec.ts';
export { adaptedPrototypes, embedded, headOfPrototypes, prototypeHead } from './prototypes.ts';
export { closedFormScore, scoreWindow, scoreWindows } from './score.ts';
export { shrunkCovariance } from './shrunk-covariance.ts';
export { mapRows, mapWindow, regimeOf } from './regimes.ts';
export { fitRegimes } from './fit-regimes.ts';
export { defaultMemoryWindows, emptySupport, learnWindow, reframe, type SupportPlan } from './support.ts';
export { teachAsNormal, unteach, withdraw } from './teach-as-normal.ts';
