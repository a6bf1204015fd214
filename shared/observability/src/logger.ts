// Log lines: JSON for machines, one readable line for people. Every line carries the service, an ISO time and the level's name.
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogMessage } from '@tocsin/schemas';
import { prettyLine } from './pretty-line.ts';

export type { Logger } from 'pino';
export type LoggerOptions = {
  service: string;
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  pretty?: boolean;
  /** Where lines go; stdout unless given. */
  destination?: DestinationStream;
};

export function createLogger({ service, level, pretty = false, destination = process.stdout }: LoggerOptions): Logger {
  const stream: DestinationStream = pretty ? { write: (line) => destination.write(`${prettyLine(line)}\n`) } : destination;
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['password', '*.password', '*.*.password'], censor: '***' },
      serializers: { error: pino.stdSerializers.err },
      errorKey: 'error',
    },
    stream,
  );
}

/** The logger as the function that rooms without a logger take. */
export function logMessageOf(logger: Logger): LogMessage {
  return (level, message, fields = {}) => logger[level](fields, message);
}
