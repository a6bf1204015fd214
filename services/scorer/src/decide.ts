// Stage five: is this window news for people, and may it teach?
import {
  budgetOf,
  decide,
  isJudged,
  rememberWindow,
  teachingThreshold,
  whyUntaught,
  type AlertPlan,
  type UntaughtReason,
} from '@tocsin/decisions';
import { attribute } from '@tocsin/models';
import type { Alert, FeatureSpec, ScoredWindow } from '@tocsin/schemas';
import { remodel } from './device-model.ts';
import type { OnHeld } from './guard.ts';
import type { TrackedDevice } from './partition.ts';
import { countOver, doubt, type OnBlock } from './quarantine.ts';
import { countSince, type OnUndone } from './take-back.ts';

export type Decide = (device: TrackedDevice, scored: ScoredWindow) => { alert: Alert | null; mayTeach: boolean };

/** Moves the device's incident on, and takes the last change back where alarms jump; the explanation is computed only for alerts that carry one. */
export function createDecide(
  specs: ReadonlyMap<string, FeatureSpec>,
  onUntaught: (device: TrackedDevice, reason: UntaughtReason) => void,
  onBlock: OnBlock,
  onUndone: OnUndone,
  onHeld: OnHeld = () => undefined,
): Decide {
  return (device, scored) => {
    const { state, model } = device;
    const plan = alertPlan(device);
    const spec = specs.get(device.deviceClass.name)!;
    const explain = () => (model === null ? [] : attribute(model, scored.features, spec));
    const { incident, alert } = decide(state.incident, { window: scored, spec, explain }, plan);
    const isOver = isJudged(scored, plan.alertFrom) ? scored.score > scored.threshold : null;
    if (isOver === true) {
      // A closing window is calm, so whatever is open now is what this one belongs to.
      const { windowId, features } = scored;
      const { windows } = state.labels;
      state.labels = rememberWindow(state.labels, { windowId, alertId: incident.open?.alertId ?? null, features });
      // Whoever loads the device from now on knows nothing of what had to make room.
      const hasForgotten = windows.some((window) => window.standing !== 'suspect' && !state.labels.windows.includes(window));
      if (hasForgotten) remodel(device);
      countOver(device);
    }
    if ((incident.open?.swings ?? 0) > (state.incident.open?.swings ?? 0)) onHeld(device);
    state.incident = incident;
    if (alert?.state === 'opened') doubt(device, 'dropped_alert', onBlock);
    if (isOver !== null && countSince(device, { features: scored.features, isOver }, plan.falseAlarmRate, onUndone)) {
      scored.flags = [...scored.flags, 'undone'];
      return { alert, mayTeach: false };
    }
    const limited = { ...scored, threshold: teachingLimit(device, scored, plan) };
    const { teachCoverage = 0 } = device.deviceClass.window;
    const untaught = whyUntaught(limited, incident, { ...plan, teachCoverage }, state.labels.relearning > 0);
    if (untaught !== null) onUntaught(device, untaught);
    return { alert, mayTeach: untaught === null };
  };
}

function teachingLimit({ bundle, state }: TrackedDevice, { threshold }: ScoredWindow, plan: AlertPlan): number | null {
  if (threshold === null || bundle === null) return threshold;
  return teachingThreshold(threshold, plan.falseAlarmRate, bundle.calibration, state.support.count, state);
}

/** The class's plan with what its budget comes to for this device. */
function alertPlan({ bundle, deviceClass, state }: TrackedDevice): AlertPlan {
  const { decision } = deviceClass;
  // Without a bundle nothing is scored, and nothing over any threshold.
  if (bundle === null) return { ...decision, falseAlarmRate: 0 };
  return { ...decision, falseAlarmRate: budgetOf(bundle.calibration, state.support.count, deviceClass).falseAlarmRate };
}
