// Watches what a device's windows are scored by after it changed, a bundle or a label, and takes the change back where alarms jump. All that it
// needs is in the device's state, and beside it the bundle before: a replay comes to the same.
import { changesOf, countWindow, endWatch, watchChange } from '@tocsin/decisions';
import { goBackTo } from '@tocsin/models';
import { noChanges, noTeaching, type DeviceState, type ModelBundle, type WatchedChange } from '@tocsin/schemas';
import { adoptBundle, remodel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';
import { scoreUnder } from './score.ts';

/** Called where alarms had jumped since a change, which has been taken back. */
export type OnUndone = (device: TrackedDevice, change: WatchedChange) => void;

/** Of ordinary windows so many are as unusual as this, going by the bundle before; those that are no less so are the machine's doing. */
const unusualShare = 0.05;

/** A window that was judged: is it over the threshold? */
type Counted = { features: Float32Array; isOver: boolean };

/**
 * Counts a judged window; true where with it alarms have jumped, and the change that they are put down to has been taken back. One that the
 * bundle before finds unusual, too, says nothing of the one that is watched, and the watch waits.
 */
export function countSince(
  device: TrackedDevice,
  { features, isOver }: Counted,
  expectedShare: number,
  onUndone: OnUndone,
): boolean {
  const { state, deviceClass } = device;
  const { changes = noChanges } = state;
  const { watched } = changes;
  if (isOver && watched?.kind === 'bundle' && wasUnusual(device, watched, features)) return false;
  const { memory, hasJumped } = countWindow(changes, isOver, expectedShare, changesOf(deviceClass));
  state.changes = memory;
  if (watched === null) return false;
  if (!hasJumped) {
    if (memory.watched === null) forgetBefore(state, watched);
    return false;
  }
  if (watched.kind === 'bundle') goBackFromBundle(device, watched);
  else unlearnLabel(device, watched);
  onUndone(device, { ...watched, windows: watched.windows + 1, over: watched.over + 1 });
  return true;
}

type BundleChange = WatchedChange & { kind: 'bundle' };
type Scores = Pick<DeviceState, 'modelVersion' | 'scored' | 'scoreMedian' | 'scoreExcess'>;

/**
 * A device has adopted its bundle; `before` is what it had. A newer one is watched, unless an alert was open: what alarms already cannot begin to.
 * One that restores what the device had changes nothing.
 */
export function watchAdoption(device: TrackedDevice, before: Scores): void {
  const { state, bundle, deviceClass } = device;
  const { modelVersion: from, scored, scoreMedian, scoreExcess } = before;
  if (bundle === null || from === 0 || bundle.restores === from) return;
  stopWatching(device);
  if (state.changes?.refused === bundle.version) state.changes = { ...state.changes, refused: 0 };
  if (bundle.version < from || state.incident.open !== null) return;
  const change = { kind: 'bundle', from, scored, scoreMedian, scoreExcess } as const;
  state.changes = watchChange(state.changes ?? noChanges, change, changesOf(deviceClass));
}

/** A label has taught the device something; `before` is what its support was. While a bundle is watched, labels are not. */
export function watchLabel(
  device: TrackedDevice,
  subjectKey: string,
  before: NonNullable<DeviceState['teaching']['before']>,
): void {
  const { state, deviceClass } = device;
  const { changes = noChanges } = state;
  if (changes.watched?.kind === 'bundle') return;
  state.changes = watchChange(changes, { kind: 'label', subjectKey }, changesOf(deviceClass));
  if (state.changes.watched !== null) state.teaching = { ...state.teaching, before };
}

/** What the device has now stands, whatever follows. */
export function stopWatching({ state }: Pick<TrackedDevice, 'state'>): void {
  const { changes } = state;
  if (changes === undefined || changes.watched === null) return;
  forgetBefore(state, changes.watched);
  state.changes = endWatch(changes);
}

export function isLabelWatched({ state }: Pick<TrackedDevice, 'state'>): boolean {
  return state.changes?.watched?.kind === 'label';
}

/** Did the device go back from this bundle, or from the one that it is again? */
export function isRefused({ changes = noChanges }: DeviceState, { version, restores }: ModelBundle): boolean {
  return changes.refused > 0 && (version === changes.refused || restores === changes.refused);
}

/** What the support was before a label is kept in the place of what it was before a block. */
function forgetBefore(state: DeviceState, { kind }: WatchedChange): void {
  if (kind === 'label') state.teaching = { ...state.teaching, before: null };
}

/** Would the bundle before have found the window unusual? Not where that one is gone. */
function wasUnusual(device: TrackedDevice, watched: BundleChange, features: Float32Array): boolean {
  const { earlier = null, model } = device;
  if (earlier === null || earlier.version !== watched.from) return false;
  if (device.underEarlier?.beside !== model || device.underEarlier.device.bundle !== earlier)
    device.underEarlier = { beside: model, device: adaptedTo(earlier, device, watched) };
  const before = device.underEarlier.device;
  if (before.model === null) return false;
  return scoreUnder(before, { bundle: earlier, model: before.model }, features).pValue <= unusualShare;
}

/** A copy of the device, as if it had gone back by now. */
function adaptedTo(
  earlier: ModelBundle,
  device: TrackedDevice,
  { scored, scoreMedian, scoreExcess }: BundleChange,
): TrackedDevice {
  const { support, ...rest } = device.state;
  const copy = {
    ...device,
    bundle: null,
    model: null,
    underEarlier: null,
    state: { ...rest, support: structuredClone(support) },
  };
  adoptBundle(copy, earlier);
  Object.assign(copy.state, { scored, scoreMedian, scoreExcess });
  return copy;
}

/** Where the bundle before is gone, the device is only not to adopt this one again. */
function goBackFromBundle(device: TrackedDevice, { from, scored, scoreMedian, scoreExcess }: BundleChange): void {
  const { state, earlier = null } = device;
  state.changes = { ...(state.changes ?? noChanges), refused: state.modelVersion };
  if (earlier === null || earlier.version !== from) return;
  adoptBundle(device, earlier);
  Object.assign(state, { scored, scoreMedian, scoreExcess });
}

/** The verdict stands among those that have been put into effect, so it is not put into effect again; a new one is. */
function unlearnLabel(device: TrackedDevice, { subjectKey }: WatchedChange & { kind: 'label' }): void {
  const { state } = device;
  const { labels, teaching } = state;
  const windows = labels.windows.map((window) => {
    const isNamed = window.windowKey === subjectKey || window.alertKey === subjectKey;
    return isNamed ? { ...window, standing: 'suspect' as const, weight: 0, learnedAt: 0 } : window;
  });
  state.labels = { ...labels, windows, relearning: 0 };
  if (teaching.before !== null) goBackTo(state.support, teaching.before);
  state.teaching = { ...noTeaching, reference: teaching.reference };
  remodel(device);
}
