// What is heard of the log and the store under a command that soon ends.
import type { Config } from '@tocsin/config';
import { createLogger, logMessageOf } from '@tocsin/observability';
import type { LogMessage } from '@tocsin/schemas';

/** Who joins and leaves is for services: a command says it only where the configuration asks for more than the usual. */
export function commandNote(service: string, log: Config['log']): LogMessage {
  const level = commandLevel(log.level);
  return logMessageOf(createLogger({ service, ...log, level }));
}

export function commandLevel(level: Config['log']['level']): Config['log']['level'] {
  return level === 'info' ? 'warn' : level;
}
