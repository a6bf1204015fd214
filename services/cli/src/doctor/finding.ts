// What a check has to say. Pure.

export const levels = ['ok', 'warn', 'fail'] as const;
export type Level = (typeof levels)[number];

export type Finding = {
  check: string;
  level: Level;
  /** What is there. */
  found: string;
  /** What to do about it; null where nothing is to be done. */
  advice: string | null;
};

/** Where a check puts what it finds, as soon as it finds it. */
export type Report = (finding: Finding) => void;

export function ok(check: string, found: string): Finding {
  return { check, level: 'ok', found, advice: null };
}

export function warn(check: string, found: string, advice: string): Finding {
  return { check, level: 'warn', found, advice };
}

export function fail(check: string, found: string, advice: string): Finding {
  return { check, level: 'fail', found, advice };
}

/** The worst of all; ok where there is nothing. */
export function worstLevel(findings: readonly Finding[]): Level {
  return levels[Math.max(0, ...findings.map(({ level }) => levels.indexOf(level)))];
}
