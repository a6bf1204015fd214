// Reaches into kafkajs 2.2.4, and no other version, where a defect of its own has to be repaired.
import { createRequire } from 'node:module';

const repairedVersion = '2.2.4';

/** A module of kafkajs by its path; null in any other version. */
export function partOfKafkajs(path: string): unknown {
  const load = createRequire(import.meta.url);
  const about: unknown = load('kafkajs/package.json');
  const isKnown = typeof about === 'object' && about !== null && 'version' in about && about.version === repairedVersion;
  return isKnown ? load(`kafkajs/${path}`) : null;
}
