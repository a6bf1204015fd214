// Findings as lines for people and as JSON for programs. Pure.
import type { Screen } from '../terminal/screen.ts';
import { worstLevel, type Finding, type Level } from './finding.ts';

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** One line per finding: level, check, what was found, what to do. Then how it came out. */
export function findingLines(findings: readonly Finding[], colour: Screen['colour']): string[] {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, level, found, advice }) => {
    const what = advice === null ? found : `${found} → ${advice}`;
    return `${colour(colours[level], level.padEnd(4))}  ${check.padEnd(width)}  ${what.replaceAll(/\s*\n\s*/g, ' ')}`;
  });
  const countOf = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const verdict = { ok: 'all is well', warn: 'it will run; see the warnings', fail: 'something is missing' }[
    worstLevel(findings)
  ];
  return [...lines, '', `${countOf('ok')} ok, ${countOf('warn')} warn, ${countOf('fail')} fail: ${verdict}`];
}

/** `{ level, findings }`; `level` is the worst of them. */
export function findingsJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ level: worstLevel(findings), findings }, null, 2)}\n`;
}
