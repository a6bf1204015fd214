// One JSON log line as one line for people. Pure.

/** `12:04:05.123 WARN  scorer: message key=value …`, an error's stack below; what is no JSON object stays as it is. */
export function prettyLine(json: string): string {
  const line = parsed(json);
  if (line === null) return json.trimEnd();
  const { time, level, service, msg, error, ...fields } = line;
  const clock = String(time).slice(11, 23);
  const shown = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const text = [
    clock,
    String(level).toUpperCase().padEnd(5),
    `${String(service)}:`,
    typeof msg === 'string' ? msg : '',
    ...shown,
  ].join(' ');
  return error === undefined ? text : `${text}\n${indented(error)}`;
}

function parsed(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function indented(error: unknown): string {
  const stack = typeof error === 'object' && error !== null && 'stack' in error ? String(error.stack) : JSON.stringify(error);
  return stack.replaceAll(/^/gm, '    ');
}
