// The configuration of this process: the file that was named, and the environment.
import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';
import type { Environment } from './environment.ts';
import { loadConfig, type Config } from './load-config.ts';

/** `path` wins over TOCSIN_CONFIG; with neither, defaults and environment alone. Throws a `ConfigError`. */
export function readConfig(path: string | undefined, env: Environment): Config {
  const file = path ?? env['TOCSIN_CONFIG'];
  return loadConfig({ file: file === undefined || file === '' ? undefined : readText(file), env });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const advice = 'check --config and TOCSIN_CONFIG';
    throw new ConfigError([{ path: 'configuration file', value: file, expected: `a file that can be read (${why})`, advice }]);
  }
}
