// Stage four: how unusual a window is for its device, by the model adapted to it.
import { createHash } from 'node:crypto';
import { budgetOf, confidenceOf, devicePValue, deviceThreshold, isUnderMaintenance } from '@tocsin/decisions';
import { anomalyTerm, likeNormal, likenessDirection, scoreWindow, type DeviceModel, type Likeness } from '@tocsin/models';
import type { ModelBundle, QualityFlag, ScoredWindow } from '@tocsin/schemas';
import type { ClosedWindow } from '@tocsin/windows';
import { isReady } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';

export type Score = (device: TrackedDevice, closed: ClosedWindow, features: Float32Array, logTimeMs: number) => ScoredWindow;

/** A device whose class has no initialisation yet, and a window that is gappy or whose features are not finite, get a null score. */
export const score: Score = (device, { window, outcome }, features, logTimeMs) => {
  const { deviceClass, state, bundle, calendar = null } = device;
  const flags: QualityFlag[] = outcome === 'interpolated' ? ['interpolated'] : [];
  if (outcome === 'gappy') flags.push('gappy');
  if (bundle === null || !isReady(device)) flags.push('cold');
  const isPlanned = calendar !== null && calendar(window.startMs, window.endMs);
  if (isPlanned || isUnderMaintenance(state.labels, logTimeMs)) flags.push('maintenance');
  const scored: ScoredWindow = {
    windowId: windowId(device, window.startMs),
    deviceId: state.deviceId,
    deviceClass: deviceClass.name,
    startMs: window.startMs,
    endMs: window.endMs,
    specHash: state.specHash,
    features,
    score: null,
    pValue: null,
    threshold: null,
    modelVersion: 0,
    supportWindows: state.support.learned,
    coverage: window.coverage,
    flags,
  };
  if (!features.every(Number.isFinite)) flags.push('not_finite');
  const { model } = device;
  if (bundle === null || model === null || outcome === 'gappy' || flags.includes('not_finite')) return scored;
  const { isProvisional, ...said } = scoreUnder(device, { bundle, model }, features);
  if (isProvisional) flags.push('provisional');
  Object.assign(scored, said, {
    modelVersion: bundle.version,
    confidence: confidenceOf(state.support.learned, deviceClass.supportWindows, isProvisional),
  });
  return scored;
};

/** What a bundle, and the device's model adapted from it, say of finite features, with what operators said. */
export function scoreUnder(
  device: Pick<TrackedDevice, 'state' | 'deviceClass' | 'likeness'>,
  { bundle: { calibration }, model }: { bundle: ModelBundle; model: DeviceModel },
  features: Float32Array,
): { score: number; pValue: number; threshold: number; isProvisional: boolean } {
  const { state, deviceClass, likeness } = device;
  const { count } = state.support;
  const { falseAlarmRate, isProvisional } = budgetOf(calibration, count, deviceClass);
  const bare = scoreWindow(model, features);
  const threshold = deviceThreshold(calibration, count, falseAlarmRate, state);
  const { score: told, lift } = heard(model, likeness, bare, threshold);
  return {
    score: told,
    pValue: devicePValue(calibration, told - lift, count, state),
    threshold: threshold + lift,
    isProvisional,
  };
}

/** How far above a window that was called normal one like it may score: twice the squared deviation. */
const normalMargin = Math.LN2;

/**
 * What operators said, applied to the window that was just scored: likeness to a labelled anomaly adds to the score, likeness
 * to a window called normal lifts the threshold (and with it the p-value) to a little above that one's score.
 */
function heard(model: DeviceModel, likeness: Likeness | null, bare: number, threshold: number): { score: number; lift: number } {
  if (likeness === null) return { score: bare, lift: 0 };
  const direction = likenessDirection(model);
  const lift = Math.max(0, likeNormal(likeness, direction) + normalMargin - threshold);
  return { score: bare + anomalyTerm(likeness, model), lift };
}

/** Same for the same device, span and feature layout, whoever computes it and however often. */
function windowId({ state, deviceClass }: TrackedDevice, startMs: number): string {
  const { samples, hop } = deviceClass.window;
  const identity = `${state.deviceId}\n${state.specHash}\n${samples}\n${hop}\n${startMs}`;
  return createHash('sha256').update(identity).digest('hex').slice(0, 24);
}
