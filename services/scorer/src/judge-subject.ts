// What a verdict says of the windows it is about: they teach the device as normal, or become its labelled anomalies, or are
// taken back where an earlier verdict was contradicted.
import { boundWindows, idKey } from '@tocsin/decisions';
import { defaultMemoryWindows, teachAsNormal, unteach, withdraw } from '@tocsin/models';
import { noTeaching, type Label, type Regimes, type RememberedWindow } from '@tocsin/schemas';
import { isGuardAlert } from './guard.ts';
import type { TrackedDevice } from './partition.ts';
import { rollBack, type OnBlock } from './quarantine.ts';
import { regimesOf } from './support-frame.ts';

/** What a byte holds. */
const relearningMax = 255;

/** Changes support and remembered windows, or takes back what was learnt; null where nothing of the subject is remembered. */
export function judgeSubject(
  device: TrackedDevice,
  { subjectId, verdict }: Pick<Label, 'subjectId' | 'verdict'>,
  onBlock: OnBlock,
): { isOpenAlert: boolean; hasTaught: boolean } | null {
  const { state } = device;
  const regimes = regimesOf(device);
  if (verdict === 'rollback') {
    rollBack(device, onBlock);
    return { isOpenAlert: false, hasTaught: false };
  }
  const subjectKey = idKey(subjectId);
  const { open } = state.incident;
  const openKey = open === null ? null : idKey(open.alertId);
  if (isGuardAlert(device, subjectKey)) return { isOpenAlert: false, hasTaught: false };
  const isSubject = ({ windowKey, alertKey }: RememberedWindow) => windowKey === subjectKey || alertKey === subjectKey;
  const named = state.labels.windows.filter(isSubject);
  const row = state.labels.reservoirKeys.indexOf(subjectKey);
  if (named.length === 0 && row < 0 && subjectKey !== openKey) return null;
  const standing = verdict === 'real' ? 'anomaly' : verdict === 'false-alarm' ? 'normal' : null;
  const hasTaught = standing !== null && (row >= 0 || named.some((window) => window.standing !== standing));
  if (verdict === 'real' && row >= 0) withdrawRow(device, row, subjectKey, regimes);
  if (verdict !== 'maintenance') {
    judgeWindows(device, named, verdict, regimes);
    // What was gathered was gathered under what has just been called wrong.
    // And where an operator says that what is now is normal, that is the reference from now on.
    state.teaching = { ...noTeaching, reference: verdict === 'false-alarm' ? null : state.teaching.reference };
  }
  const isOpenAlert = openKey !== null && (subjectKey === openKey || named.some(({ alertKey }) => alertKey === openKey));
  return { isOpenAlert, hasTaught };
}

function judgeWindows(
  device: TrackedDevice,
  named: readonly RememberedWindow[],
  verdict: Label['verdict'],
  regimes: Regimes | undefined,
): void {
  const { state, deviceClass } = device;
  const { support } = state;
  const isNormal = verdict === 'false-alarm';
  const changed = named.filter(({ standing }) => (standing === 'normal') !== isNormal);
  const news = changed.map(({ features }) => features);
  if (!isNormal) changed.forEach((window) => unteach(support, window.features, weightLeft(device, window), regimes));
  const weight = isNormal ? teachAsNormal(support, news, deviceClass.supportWindows, regimes) : 0;
  const standing = isNormal ? 'normal' : verdict === 'real' ? 'anomaly' : 'suspect';
  const windows = state.labels.windows.map((window): RememberedWindow => {
    if (!named.includes(window)) return window;
    const isTaught = isNormal && !changed.includes(window);
    return isTaught ? window : { ...window, standing, weight, learnedAt: isNormal ? support.learned : 0 };
  });
  const relearning = isNormal ? Math.min(relearningMax, deviceClass.supportWindows) : 0;
  state.labels = { ...state.labels, windows, relearning };
}

/** A support window that was none: out of the support, and among the labelled anomalies. */
function withdrawRow(device: TrackedDevice, row: number, windowKey: string, regimes: Regimes | undefined): void {
  const { state, deviceClass } = device;
  const weight = weightLeft(device, { weight: 1, learnedAt: deviceClass.supportWindows });
  const features = withdraw(state.support, row, weight, regimes);
  const anomaly: RememberedWindow = { windowKey, alertKey: '', standing: 'anomaly', weight: 0, learnedAt: 0, features };
  state.labels = {
    ...state.labels,
    windows: boundWindows([...state.labels.windows, anomaly]),
    reservoirKeys: state.labels.reservoirKeys.filter((_, at) => at !== row),
  };
}

/** What is left of a weight after all that the device has learnt since. */
function weightLeft({ state }: TrackedDevice, { weight, learnedAt }: Pick<RememberedWindow, 'weight' | 'learnedAt'>): number {
  return weight * 0.5 ** (Math.max(0, state.support.learned - learnedAt) / defaultMemoryWindows);
}
