// The configurations that people start from say what the programs expect.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadConfig, readConfig } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.each(['tocsin.example.yaml', 'deploy/docker/tocsin.yaml', 'services/cli/local.yaml'])('%s has no mistakes', (name) => {
  const { classes } = readConfig(`${root}${name}`, {});
  expect(Object.keys(classes)).not.toEqual([]);
  for (const deviceClass of Object.values(classes))
    expect(createFeatureSpec(deviceClass).elements.length).toBeLessThanOrEqual(120);
});

test('compose: the class of the simulated fleet is configured with what the simulator sends', () => {
  const { simulator, classes } = readConfig(`${root}deploy/docker/tocsin.yaml`, {});
  const name = simulator.deviceClass ?? simulator.kind;
  expect(classes[name]).toMatchObject({ channels: ['drive-end', 'free-end'], rateHz: 2048 });
});

test('every setting that the example only mentions is right, too', () => {
  const text = readFileSync(`${root}tocsin.example.yaml`, 'utf8');
  // Settings are commented out as `# name: value`, sentences begin with a capital letter or end in a full stop.
  const uncommented = text.replaceAll(/^( *)# ((?: {2})?[a-z]\w*:(?: .*[^.])?)$/gm, '$1$2');
  const { transport, state, mapping, classes } = loadConfig({
    file: uncommented,
    env: { TOCSIN_TRANSPORT_SASL_PASSWORD: 'secret' },
  });
  expect([transport.ssl, state.cluster, mapping?.timeUnit, classes['pump'].window.samples]).toEqual([true, true, 'us', 2048]);
});
