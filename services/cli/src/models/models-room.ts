// The published versions of a configuration's classes, opened for one command.
import { readConfig, type Config } from '@tocsin/config';
import { openState, type StateStore } from '@tocsin/state';
import { openTransport } from '@tocsin/transport';
import { createBundleStore, createRolloutStore, keysOf, openRollouts, type Rollouts } from '@tocsin/trainer';
import type { DeviceClass, LogMessage } from '@tocsin/schemas';
import { commandNote } from '../command-note.ts';
import { whoever } from '../commands/labels.ts';
import { requireStore } from '../embedded-places.ts';
import { configSource } from '../local-defaults.ts';
import { UsageError } from '../usage-error.ts';
import type { World } from '../world.ts';

export type ModelsRoom = { config: Config } & Pick<Rollouts, 'bundles' | 'read'>;
export type ChangingRoom = { config: Config; rollouts: Rollouts };

/** Reads only, and needs no key but the public ones. */
export async function withModels<T>(
  configFile: string | undefined,
  world: World,
  use: (room: ModelsRoom) => Promise<T>,
): Promise<T> {
  return withStore(configFile, world, async ({ config, state, note }) => {
    const { trusted } = keysOf({ signing: { ...config.signing, privateKey: null, privateKeyFile: null } }, note);
    const bundles = createBundleStore(state, { signing: null, trusted });
    const { read } = createRolloutStore(state, note, world.now);
    return use({ config, bundles, read });
  });
}

/** May change what is published: signs where a private key is configured, and announces. */
export async function withRollouts<T>(
  configFile: string | undefined,
  world: World,
  use: (room: ChangingRoom) => Promise<T>,
): Promise<T> {
  return withStore(configFile, world, async ({ config, state, note }) => {
    const keys = keysOf(config, note);
    const transport = openTransport(config.transport, note);
    try {
      const { models: topic } = config.topics;
      await transport.admin().ensureTopics([{ name: topic, partitions: 1, compacted: true }]);
      const writer = transport.writer();
      const rollouts = openRollouts({ state, writer, topic, keys, by: whoever(world), note, now: world.now });
      return await use({ config, rollouts });
    } finally {
      await transport.close();
    }
  });
}

/** Throws UsageError for a class that is not configured. */
export function classOf({ classes }: Config, name: string): DeviceClass {
  const known = Object.keys(classes);
  if (!Object.hasOwn(classes, name))
    throw new UsageError(`class ${name} is not in the configuration; it has ${known.length === 0 ? 'none' : known.join(', ')}`);
  return classes[name];
}

type Opened = { config: Config; state: StateStore; note: LogMessage };

async function withStore<T>(configFile: string | undefined, world: World, use: (opened: Opened) => Promise<T>): Promise<T> {
  const { path, env } = configSource(configFile, world.env);
  const config = readConfig(path, env);
  requireStore(config.state);
  const state = openState(config.state);
  try {
    return await use({ config, state, note: commandNote('models', config.log) });
  } finally {
    await state.close();
  }
}
