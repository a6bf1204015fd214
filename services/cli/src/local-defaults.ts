// What commands do where nobody configured anything: everything stays on this machine.
import { join } from 'node:path';
import type { Environment } from '@tocsin/config';

/** Embedded log and store under .tocsin/, with the classes of the bundled recordings and of the simulator. */
export const localConfigFile = join(import.meta.dirname, '../local.yaml');

export type ConfigSource = {
  /** As for `readConfig`. */
  path: string;
  env: Environment;
  /** Where the settings come from, in words. */
  description: string;
};

/** The file that was named (`--config`, else TOCSIN_CONFIG), or the local one; a server that the environment names is used. */
export function configSource(named: string | undefined, env: Environment): ConfigSource {
  const path = named ?? nonEmpty(env['TOCSIN_CONFIG']);
  if (path !== undefined) return { path, env, description: path };
  const hasKafka = nonEmpty(env['KAFKA_BROKERS'] ?? env['TOCSIN_TRANSPORT_BROKERS']) !== undefined;
  const hasRedis = nonEmpty(env['REDIS_URL'] ?? env['TOCSIN_STATE_URL']) !== undefined;
  return {
    path: localConfigFile,
    env: {
      ...(hasKafka ? { TOCSIN_TRANSPORT_KIND: 'kafka' } : {}),
      ...(hasRedis ? { TOCSIN_STATE_KIND: 'redis' } : {}),
      ...env,
    },
    description: 'no file: defaults for this machine',
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
