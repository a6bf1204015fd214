// What a wrong configuration is answered with: every mistake at once, each with its place, value, expectation and remedy.

export type Mistake = {
  /** Dotted path in the file, e.g. `classes.pump.window.hop`, or the name of an environment variable. */
  path: string;
  /** What stands there, shortened, as JSON; 'missing' where nothing does. */
  value: string;
  expected: string;
  /** What to do. */
  advice: string;
};

/** Thrown by everything in this package that checks something written by people. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
    const lines = mistakes.map(({ path, value, expected, advice }) => `  ${path}: ${value}; expected ${expected}; ${advice}`);
    super(`the configuration has ${count}:\n${lines.join('\n')}`);
    this.mistakes = mistakes;
  }
}

/** What `read` finds wrong; what it throws otherwise is thrown on. */
export function mistakesIn(read: () => unknown): readonly Mistake[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

/** A value as it is shown in a mistake: short, and without the credentials of an address. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  const safe = text.replaceAll(/\/\/[^@/,\s]*@/g, '//***@');
  return safe.length <= 60 ? safe : `${safe.slice(0, 57)}...`;
}
