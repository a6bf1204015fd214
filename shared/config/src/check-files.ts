// The files of keys and secrets that a configuration names, read for nothing but to report every mistake at once: whoever needs them
// reads them one by one.
import { ConfigError, mistakesIn } from './config-error.ts';
import type { Config } from './load-config.ts';
import { readPublicKeys, readSigningKey } from './read-keys.ts';
import { readLinkKey, readSinkSecret } from './read-secrets.ts';

/** What somebody is going to read; the whole configuration for all of it. */
export type NeedsFiles = { links?: Config['links']; notifier?: Pick<Config['notifier'], 'sinks'>; signing?: Config['signing'] };

/** Throws a ConfigError with every file that cannot be read and every secret that is too short. */
export function checkFiles({ links, notifier, signing }: NeedsFiles): void {
  const mistakes = [
    ...(links === undefined ? [] : mistakesIn(() => readLinkKey(links))),
    ...Object.entries(notifier?.sinks ?? {}).flatMap(([name, sink]) => mistakesIn(() => readSinkSecret(name, sink))),
    ...(signing === undefined ? [] : mistakesIn(() => readSigningKey(signing, () => undefined))),
    ...(signing === undefined ? [] : mistakesIn(() => readPublicKeys(signing))),
  ];
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}
