// How a room that knows no logger says something: the caller decides where it goes.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogMessage = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;
