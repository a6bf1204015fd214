import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadConfig, parseDeviceClass } from '@tocsin/config';
import { bundledDataDirectory, openFleet } from '@tocsin/simulator';
import { classesYaml, classMistakes, recordedClasses } from './recorded-classes.ts';

const bundled = recordedClasses(openFleet(bundledDataDirectory).dataSets);

test('what is printed is a configuration with these classes', () => {
  const { classes } = loadConfig({ file: classesYaml(bundled), env: {} });
  const expected = Object.entries(bundled).map(([name, input]) => [name, parseDeviceClass(name, input)]);
  expect(classes).toEqual(Object.fromEntries(expected));
});

test('whatever channels are called, YAML reads the same names', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }), { minLength: 1, maxLength: 5 });
  const awkward = fc.uniqueArray(
    fc.constantFrom('no', 'True', '1e3', '-', 'a: b', ' x', '#1', '0x1F', '[', "it's", '~', '<<', 'a b'),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(fc.oneof(names, awkward), (channels) => {
      const input = { channels, rateHz: 50, window: { samples: 32, hop: 4 }, supportWindows: 5 };
      const { classes } = loadConfig({ file: classesYaml({ any: input }), env: {} });
      expect(classes['any'].channels).toEqual(channels);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a configuration that fits has no mistakes', () => {
  const { classes } = loadConfig({ file: classesYaml(bundled), env: {} });
  expect(classMistakes(bundled, classes)).toEqual([]);
});

test('what does not fit is told by class', () => {
  const { gearbox } = bundled;
  const configured = {
    gearbox: parseDeviceClass('gearbox', { ...gearbox, channels: ['a1'] }),
    other: parseDeviceClass('other', gearbox),
  };
  const wanted = { gearbox, cmapss: bundled['cmapss'], other: { ...gearbox, rateHz: 100 } };
  expect(classMistakes(wanted, configured)).toEqual([
    'class gearbox is configured with channels a1; the recordings have a1, a2',
    'class cmapss is not configured',
    'class other is configured with rateHz 4300; the recordings have 100',
  ]);
});
