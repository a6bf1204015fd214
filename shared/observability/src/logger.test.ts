import { expect, test } from 'vitest';
import { createLogger, logMessageOf, type LoggerOptions } from '@tocsin/observability';
import { prettyLine } from './pretty-line.ts';

function logged(options: Partial<LoggerOptions>, write: (log: ReturnType<typeof logMessageOf>) => void): string[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line.trimEnd()) };
  write(logMessageOf(createLogger({ service: 'scorer', level: 'info', destination, ...options })));
  return lines;
}

test('a line is JSON with time, level by name and service', () => {
  const [line, ...more] = logged({}, (log) => log('warn', 'gap', { deviceClass: 'pump', gapMs: 12.5 }));
  expect(more).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', service: 'scorer', msg: 'gap', deviceClass: 'pump', gapMs: 12.5 });
  expect(JSON.parse(line).time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test('what is below the level is not written', () => {
  expect(logged({ level: 'warn' }, (log) => log('info', 'quiet'))).toEqual([]);
});

test('passwords are not written, errors are, with their code', () => {
  const error = Object.assign(new Error('gone'), { code: 'unreachable' });
  const [line] = logged({}, (log) => log('error', 'store', { sasl: { password: 'hunter2' }, error }));
  expect(line).not.toContain('hunter2');
  expect(JSON.parse(line).error).toMatchObject({
    message: 'gone',
    code: 'unreachable',
    stack: expect.stringContaining('Error: gone'),
  });
});

test('for people: one line, an error below it', () => {
  const [line] = logged({ pretty: true }, (log) => log('info', 'adopted', { version: 3, of: 'pump' }));
  expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}scorer: adopted version=3 of=pump$/);
  const [failed] = logged({ pretty: true }, (log) => log('error', 'no', { error: new Error('gone') }));
  expect(failed).toMatch(/ERROR scorer: no\n {4}Error: gone\n {4} {4}at /);
});

test('what is no log line passes as it is', () => {
  expect(prettyLine('Killed\n')).toBe('Killed');
  expect(prettyLine('[1]')).toBe('[1]');
});
