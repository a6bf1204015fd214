import { expect, test } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { chooseDevices } from './choose-devices.ts';
import { paperDevice, paperSet } from './recorded-fleet.fixture.ts';

const pumps = paperSet('pumps', [paperDevice('p1', 0, 1000), paperDevice('p2', 0, 1000)]);
const fans = paperSet('fans', [paperDevice('f1', 0, 1000), paperDevice('p2', 0, 1000)]);

function idsOf(choice: Parameters<typeof chooseDevices>[1], sets = [pumps, fans]): string[] {
  return chooseDevices(sets, choice).flatMap(({ name, devices }) => devices.map(({ id }) => `${name}/${id}`));
}

test('without a choice it is everything', () => {
  expect(idsOf({}, [pumps])).toEqual(['pumps/p1', 'pumps/p2']);
});

test('sets and devices are chosen by name', () => {
  expect(idsOf({ sets: ['fans'] })).toEqual(['fans/f1', 'fans/p2']);
  expect(idsOf({ devices: ['p1', 'f1'] })).toEqual(['pumps/p1', 'fans/f1']);
  expect(idsOf({ sets: ['pumps'], devices: ['p2'] })).toEqual(['pumps/p2']);
});

test('names that are not there are answered with those that are', () => {
  expect(() => idsOf({ sets: ['pump'] })).toThrow(new UsageError("--sets: 'pump' is not in the data; there are pumps, fans"));
  expect(() => idsOf({ sets: ['pumps'], devices: ['f1'] })).toThrow(/--devices: 'f1'.*p1, p2/);
});

test('two devices of one name would be mixed', () => {
  expect(() => idsOf({})).toThrow(/p2 is in the data sets pumps and fans.*--sets/);
});
