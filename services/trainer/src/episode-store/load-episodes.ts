// What a meta-update learns from: the windows of a class's devices with what was said of them, and a record of what that was.
import { createHash } from 'node:crypto';
import type { LearnedFrom } from '@tocsin/schemas';
import type { DeviceHistory, JudgedWindow } from '../episodes/teaching-device.ts';
import { isHeld, noMarks, verdictOf, type DeviceMarks } from '../intake/operator-marks.ts';
import { loadAll, openShelf } from './device-shelf.ts';
import type { StoreFiles } from './store-files.ts';
import { only } from './store-keys.ts';
import { StoreBroken } from './store-errors.ts';
import { windowKey } from './stored-window.ts';

export type EpisodeChoice = {
  specHash: string;
  /** Devices with fewer windows are left out. */
  windowsMin: number;
  /** Of more devices so many are drawn; those with labels first, up to half. */
  devicesMax: number;
  seed: number;
};

export type Episodes = { devices: DeviceHistory[]; learnedFrom: LearnedFrom };

/** Equal stores and choices give equal episodes, devices in the order of their ids. */
export function loadEpisodes(files: StoreFiles, deviceClass: string, choice: EpisodeChoice): Episodes {
  const { seed } = choice;
  const chosen = chooseDevices(files, deviceClass, choice);
  const digest = createHash('sha256');
  let windows = 0;
  const devices = chosen.map((deviceId): DeviceHistory => {
    const history = historyOf(files, deviceClass, deviceId);
    const lines = history.windows.map(
      ({ windowId, revision = 0, verdict, inRun, isHeld: held }) =>
        `${windowId} ${revision} ${verdict} ${inRun} ${held === true}`,
    );
    digest.update(`${deviceId}\n${lines.join('\n')}\n`);
    windows += history.windows.length;
    return history;
  });
  const positions = [...files.positions.getRange({})].flatMap(({ key: [topic, partition], value: { next, last } }) =>
    last === null ? [] : [{ topic, partition, offset: next }],
  );
  const storeSeed = files.header.get(only)?.seed ?? 0;
  const known = { devices: devices.length, windows, digest: digest.digest('hex'), seed, storeSeed };
  return { devices, learnedFrom: { positions, ...known } };
}

function chooseDevices(
  files: StoreFiles,
  deviceClass: string,
  { specHash, windowsMin, devicesMax, seed }: EpisodeChoice,
): string[] {
  const able = [...files.devices.getRange({ start: [deviceClass, ''], end: [`${deviceClass}\u0000`, ''] })]
    .filter(({ key, value }) => key[0] === deviceClass && value.specHash === specHash && value.windows >= windowsMin)
    .map(({ key }) => key[1]);
  if (able.length <= devicesMax) return able;
  const place = (deviceId: string): string => createHash('sha256').update(`${seed}\n${deviceId}`).digest('hex');
  const drawn = able.map((deviceId) => ({ deviceId, at: place(deviceId) })).sort((one, other) => (one.at < other.at ? -1 : 1));
  const hasLabels = ({ deviceId }: { deviceId: string }): boolean => (files.marks.get(deviceId)?.labels.length ?? 0) > 0;
  const labelled = drawn.filter(hasLabels).slice(0, Math.floor(devicesMax / 2));
  const first = new Set(labelled.map(({ deviceId }) => deviceId));
  const others = drawn.filter(({ deviceId }) => !first.has(deviceId)).slice(0, devicesMax - first.size);
  return [...first, ...others.map(({ deviceId }) => deviceId)].sort();
}

function historyOf(files: StoreFiles, deviceClass: string, deviceId: string): DeviceHistory {
  const record = files.devices.get([deviceClass, deviceId]);
  if (record === undefined) throw new StoreBroken(`device ${deviceId} of ${deviceClass} has no record`);
  const shelf = openShelf(files, record);
  loadAll(files, shelf);
  const marks: DeviceMarks = files.marks.get(deviceId) ?? noMarks;
  const judged = shelf.windows.map(({ isOver, isAside, windowId, revision, startMs, endMs, features, inRun }) => {
    const window = { windowId, ...(revision === undefined ? {} : { revision }), startMs, endMs, features, inRun };
    const verdict = verdictOf(marks, { ...window, isOver }, windowKey);
    const held = isHeld(marks, { startMs, endMs, isOver });
    return { isAside, window: { ...window, verdict, ...(held ? { isHeld: true } : {}) } satisfies JudgedWindow };
  });
  // Those set aside would outnumber the rest where nobody has said what they were.
  return {
    deviceId,
    windows: judged.filter(({ isAside, window }) => !isAside || window.verdict !== null).map(({ window }) => window),
  };
}
