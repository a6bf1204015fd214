// Stage five: is this window news for people, and may it teach?
import { decide, isJudged, mayTeach, rememberWindow } from '@tocsin/decisions';
import { attribute } from '@tocsin/models';
import type { Alert, FeatureSpec, ScoredWindow } from '@tocsin/schemas';
import type { TrackedDevice } from './partition.ts';

export type Decide = (device: TrackedDevice, scored: ScoredWindow) => { alert: Alert | null; mayTeach: boolean };

/** Moves the device's incident on; the explanation is computed only for alerts that carry one. */
export function createDecide(specs: ReadonlyMap<string, FeatureSpec>): Decide {
  return (device, scored) => {
    const { state, deviceClass, model } = device;
    const spec = specs.get(deviceClass.name)!;
    const explain = () => (model === null ? [] : attribute(model, scored.features, spec));
    const { incident, alert } = decide(state.incident, { window: scored, spec, explain }, deviceClass.decision);
    if (isJudged(scored) && scored.score > scored.threshold) {
      // A closing window is calm, so whatever is open now is what this one belongs to.
      const { windowId, features } = scored;
      state.labels = rememberWindow(state.labels, { windowId, alertId: incident.open?.alertId ?? null, features });
    }
    state.incident = incident;
    return { alert, mayTeach: mayTeach(scored, incident, state.labels.relearning > 0) };
  };
}
