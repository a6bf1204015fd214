import { parseDeviceClass } from '@tocsin/config';
import { isCanary, type ScoredWindow } from '@tocsin/schemas';
import { beforeEach, expect, test } from 'vitest';
import { createAlarmTally, type AlarmTally } from './alarm-tally.ts';

const pump = parseDeviceClass('pump', { channels: ['a'], rateHz: 1, supportWindows: 10 });
const plan = { windows: 20, devices: 3, riseMax: 0.01, expected: 0 };
const share = 0.2;
const fleet = Array.from({ length: 40 }, (_, i) => `pump-${i}`);
const tries = (deviceId: string) => isCanary('pump', 2, deviceId, share);

let tally: AlarmTally;
let startMs: number;
beforeEach(() => {
  tally = createAlarmTally(pump);
  startMs = 0;
});

const window = (deviceId: string, modelVersion: number, isOver: boolean): ScoredWindow => ({
  windowId: `${deviceId}-${startMs}`,
  deviceId,
  deviceClass: 'pump',
  startMs,
  endMs: startMs + 1000,
  specHash: 's',
  features: new Float32Array(1),
  score: isOver ? 1 : 0,
  pValue: 0.5,
  threshold: 0.5,
  modelVersion,
  supportWindows: 10,
  coverage: 1,
  flags: [],
});

/** So many windows of every device; those that try version 2 have it, once it is tried. */
function play(count: number, isOver: (deviceId: string) => boolean, into: AlarmTally = tally): void {
  for (let n = 0; n < count; n++) {
    startMs += 1000;
    for (const deviceId of fleet) into.take(window(deviceId, into.trial() !== null && tries(deviceId) ? 2 : 1, isOver(deviceId)));
  }
}

//   before   | canary of version 2                  | promoted
//   20 each  | tried under 2, others under 1        | all under 2
test('a canary is compared with its devices before and with the others meanwhile', () => {
  play(20, () => false);
  tally.compare({ version: 2, share }, true);
  play(20, tries);
  const { figures, isJump, isEnough } = tally.verdict(plan);
  expect({ isJump, isEnough }).toEqual({ isJump: true, isEnough: true });
  expect(figures).toMatchObject({ tried: { before: 0, after: 1 }, others: { before: 0, after: 0, risen: 0 } });
  expect(figures?.tried.devices).toBe(fleet.filter(tries).length);
  expect(tally.shareOf(2, share)).toEqual({ tried: fleet.filter(tries).length, others: fleet.filter((id) => !tries(id)).length });
});

test('what was withdrawn leaves no trace in the past of its devices; what was promoted does', () => {
  play(20, () => false);
  tally.compare({ version: 2, share }, true);
  play(20, tries);
  tally.compare(null, false);
  tally.compare({ version: 3, share: 1 }, true);
  startMs += 1000;
  for (const deviceId of fleet) for (let n = 0; n < 20; n++) tally.take({ ...window(deviceId, 3, false), startMs: startMs + n });
  expect(tally.verdict(plan).figures?.tried).toMatchObject({ before: 0, after: 0, devices: 40 });

  tally = createAlarmTally(pump);
  play(20, () => false);
  tally.compare({ version: 2, share }, true);
  play(20, tries);
  tally.compare({ version: 2, share: 1 }, true);
  const { figures } = tally.verdict(plan);
  expect(figures?.tried.devices).toBe(fleet.filter(tries).length);
  expect(figures?.tried.after).toBe(1);
});

test('a device that goes back by itself is evidence, and its windows from then on are no past', () => {
  play(20, () => false);
  tally.compare({ version: 2, share }, true);
  play(12, tries);
  for (let n = 0; n < 30; n++) {
    startMs += 1000;
    for (const deviceId of fleet) tally.take(window(deviceId, 1, false));
  }
  const tried = fleet.filter(tries).length;
  const { figures, isJump, isEnough } = tally.verdict(plan);
  expect({ isJump, isEnough, left: figures?.tried.left }).toEqual({ isJump: true, isEnough: true, left: tried });
  expect(figures?.tried).toMatchObject({ before: 0, after: 1 });
});

test('repetitions, amended windows, doubtful ones and those without a score do not count', () => {
  play(20, () => false);
  tally.compare({ version: 2, share: 1 }, true);
  const late = window('pump-0', 2, true);
  tally.take(late);
  for (const odd of [
    { revision: 1 },
    { flags: ['gappy' as const] },
    { flags: ['guarded' as const] },
    { flags: ['maintenance' as const] },
    { score: null, pValue: null, threshold: null },
    { supportWindows: 0 },
  ])
    tally.take({ ...late, startMs: late.startMs + 5000, ...odd });
  expect(tally.verdict(plan).figures).toBeNull();
});

test('what is written and read back goes on as if nothing had happened, and does not count twice', () => {
  play(20, () => false);
  tally.compare({ version: 2, share }, true);
  play(12, tries);
  const again = createAlarmTally(pump);
  again.read(tally.write());
  startMs -= 5000;
  play(5, tries, again);
  expect(again.verdict(plan)).toEqual(tally.verdict(plan));
  play(8, tries, again);
  expect(again.verdict(plan)).toMatchObject({ isEnough: true, isJump: true });
  expect(() => again.read(Buffer.from('{}'))).toThrow('tocsin-alarms-1');
});
