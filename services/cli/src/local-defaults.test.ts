import { describe, expect, test } from 'vitest';
import { parseDeviceClass, readConfig } from '@tocsin/config';
import { bundledDataDirectory, openFleet } from '@tocsin/simulator';
import { configSource, localConfigFile } from './local-defaults.ts';
import { recordedClasses } from './replay/recorded-classes.ts';

describe('without a configuration', () => {
  test('everything stays on this machine', () => {
    const { path, env } = configSource(undefined, {});
    const { transport, state } = readConfig(path, env);
    expect([transport.kind, state.kind]).toEqual(['embedded', 'embedded']);
  });

  test('the classes of the bundled recordings are there, and that of the simulator', () => {
    const { classes } = readConfig(localConfigFile, {});
    const recorded = recordedClasses(openFleet(bundledDataDirectory).dataSets);
    for (const [name, input] of Object.entries(recorded)) expect(classes[name]).toEqual(parseDeviceClass(name, input));
    expect(classes['pump']).toMatchObject({ channels: ['drive-end', 'free-end'], rateHz: 2048 });
  });

  test.each([
    [{ KAFKA_BROKERS: 'kafka:9092' }, 'kafka', 'embedded'],
    [{ REDIS_URL: 'redis://redis:6379' }, 'embedded', 'redis'],
    [{ KAFKA_BROKERS: '' }, 'embedded', 'embedded'],
    [{ KAFKA_BROKERS: 'kafka:9092', TOCSIN_TRANSPORT_KIND: 'embedded' }, 'embedded', 'embedded'],
  ])('%o means log %s and state %s', (given, log, store) => {
    const { path, env } = configSource(undefined, given);
    const { transport, state } = readConfig(path, env);
    expect([transport.kind, state.kind]).toEqual([log, store]);
  });
});

test('a file that is named wins, and nothing is added to the environment', () => {
  const env = { TOCSIN_CONFIG: 'b.yaml', KAFKA_BROKERS: 'kafka:9092' };
  expect(configSource('a.yaml', env)).toMatchObject({ path: 'a.yaml', env });
  expect(configSource(undefined, env)).toMatchObject({ path: 'b.yaml', env });
});
