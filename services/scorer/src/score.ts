// Stage four: how unusual a window is for its device, by the model adapted to it.
import { createHash } from 'node:crypto';
import { budgetOf, confidenceOf, devicePValue, deviceThreshold, isUnderMaintenance } from '@tocsin/decisions';
import { anomalyTerm, likeNormal, likenessDirection, scoreWindow } from '@tocsin/models';
import type { QualityFlag, ScoredWindow } from '@tocsin/schemas';
import type { ClosedWindow } from '@tocsin/windows';
import { isReady } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';

export type Score = (device: TrackedDevice, closed: ClosedWindow, features: Float32Array, logTimeMs: number) => ScoredWindow;

/** A device whose class has no initialisation yet, and a window that is gappy or whose features are not finite, get a null score. */
export const score: Score = (device, { window, outcome }, features, logTimeMs) => {
  const { deviceClass, state, bundle } = device;
  const flags: QualityFlag[] = outcome === 'interpolated' ? ['interpolated'] : [];
  if (outcome === 'gappy') flags.push('gappy');
  if (bundle === null || !isReady(device)) flags.push('cold');
  if (isUnderMaintenance(state.labels, logTimeMs)) flags.push('maintenance');
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
  const { calibration } = bundle;
  const { count } = state.support;
  const budget = budgetOf(calibration, count, deviceClass);
  if (budget.isProvisional) flags.push('provisional');
  const bare = scoreWindow(model, features);
  const threshold = deviceThreshold(calibration, count, budget.falseAlarmRate, state);
  const told = heard(device, bare, threshold);
  scored.score = told.score;
  scored.pValue = devicePValue(calibration, told.score - told.lift, count, state);
  scored.threshold = threshold + told.lift;
  scored.modelVersion = bundle.version;
  scored.confidence = confidenceOf(state.support.learned, deviceClass.supportWindows, budget.isProvisional);
  return scored;
};

/** How far above a window that was called normal one like it may score: twice the squared deviation. */
const normalMargin = Math.LN2;

/**
 * What operators said, applied to the window that was just scored: likeness to a labelled anomaly adds to the score, likeness
 * to a window called normal lifts the threshold (and with it the p-value) to a little above that one's score.
 */
function heard({ model, likeness }: TrackedDevice, bare: number, threshold: number): { score: number; lift: number } {
  if (likeness === null || model === null) return { score: bare, lift: 0 };
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
