// Stage four: how unusual a window is for its device, by the model adapted to it.
import { createHash } from 'node:crypto';
import { devicePValue, deviceThreshold } from '@tocsin/decisions';
import { scoreWindow } from '@tocsin/models';
import type { QualityFlag, ScoredWindow } from '@tocsin/schemas';
import type { ClosedWindow } from '@tocsin/windows';
import { adoptBundle, isReady } from './device-model.ts';
import type { Initialisations } from './initialisations.ts';
import type { TrackedDevice } from './partition.ts';

export type Score = (device: TrackedDevice, closed: ClosedWindow, features: Float32Array) => ScoredWindow;

/** Under this many devices a calibration is said to be provisional (METHOD E). */
const provisionalDevices = 10;

/** A device whose class has no initialisation yet, and a window whose features are not finite, get a null score. */
export function createScore(initialisations: Initialisations, onAdapted: (device: TrackedDevice) => void): Score {
  return (device, { window, outcome }, features) => {
    const { deviceClass, state } = device;
    const bundle = initialisations.current(deviceClass.name);
    if (bundle !== null && adoptBundle(device, bundle)) onAdapted(device);
    const flags: QualityFlag[] = outcome === 'interpolated' ? ['interpolated'] : [];
    if (bundle === null || !isReady(device)) flags.push('cold');
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
    if (bundle === null || model === null || flags.includes('not_finite')) return scored;
    const { calibration } = bundle;
    const { count } = state.support;
    if (calibration.devices < provisionalDevices) flags.push('provisional');
    const score = scoreWindow(model, features);
    scored.score = score;
    scored.pValue = devicePValue(calibration, score, count, state);
    scored.threshold = deviceThreshold(calibration, count, deviceClass.decision.falseAlarmRate, state);
    scored.modelVersion = bundle.version;
    return scored;
  };
}

/** Same for the same device, span and feature layout, whoever computes it and however often. */
function windowId({ state, deviceClass }: TrackedDevice, startMs: number): string {
  const { samples, hop } = deviceClass.window;
  const identity = `${state.deviceId}\n${state.specHash}\n${samples}\n${hop}\n${startMs}`;
  return createHash('sha256').update(identity).digest('hex').slice(0, 24);
}
