// Runs checks side by side, none of them longer than it may take.
import { setTimeout as sleep } from 'node:timers/promises';
import { explainError } from '../explain-error.ts';
import { duration } from '../terminal/figures.ts';
import { fail, type Finding, type Report } from './finding.ts';

/** A check of that name; what it throws becomes a failure, and so does what it has not said in time. */
export type Check = { name: string; run(report: Report): Promise<void> };

/** Findings in the order of the checks, after `limitMs` at the latest. What a check says later is lost. */
export async function runChecks(checks: readonly Check[], limitMs: number): Promise<Finding[]> {
  const findings = await Promise.all(checks.map((check) => runCheck(check, limitMs)));
  return findings.flat();
}

async function runCheck({ name, run }: Check, limitMs: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  let isOpen = true;
  const report: Report = (finding) => void (isOpen && findings.push(finding));
  try {
    await within(limitMs, () => run(report));
  } catch (error) {
    report(fail(name, explainError(error), 'look at what it says and run this again'));
  }
  isOpen = false;
  return findings;
}

/** Rejects where `work` has not ended after `limitMs`; the work itself goes on unheard. */
export async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no end within ${duration(limitMs)}`);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
