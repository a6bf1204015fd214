// Compares what a schedule left in the log with what must be there. What must be equal is written down in docs/decisions/0020.
import { decodeAlert, decodeScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { keyOf, type Truth, type TrueWindow } from './oracle.ts';
import { identityOf, outputOf, type Undisturbed } from './undisturbed.ts';

export type Verdict = {
  /** What must be there and is not. */
  lost: number;
  /** What is there and must not be, or says something else than the samples do. */
  wrong: number;
  /** Two records of one identity that differ. */
  conflicting: number;
  /** Identical duplicates. */
  repeated: number;
  /** The most often that one thing was said. */
  repeatedMost: number;
  /** Windows and alerts that were worked out anew after the store had lost what it knew; these may differ. */
  rescored: number;
  /** Windows cut anew from late samples, by scorers that could not know of the first time after the store's loss. */
  reopened: number;
  /** Windows and dead letters that retention took before anybody had read what they needed. */
  overtaken: number;
  windows: number;
  alerts: number;
  /** The first few problems, in words. */
  problems: string[];
};

/** What follows from the records that were left when a reader of the partition began anew beyond its commit. */
export type Remainder = { partition: number; truth: Truth };

/**
 * `anchors[partition]`: what closed below this offset was emitted and committed before the store lost anything, and must be
 * as if nothing had happened; Infinity where the store lost nothing. `remainders`: what the log still said where readers had to
 * begin anew beyond their commit, in the order in which that happened.
 */
export function judge(
  truth: Truth,
  undisturbed: Undisturbed,
  seen: readonly LogRecord[],
  anchors: readonly number[],
  remainders: readonly Remainder[] = [],
): Verdict {
  const verdict = blank(truth.windows.size, undisturbed.alerts.size);
  const first = new Map<string, { value: Uint8Array; times: number }>();
  const found = new Set<string>();
  const problem = (kind: 'lost' | 'wrong' | 'conflicting', text: string): void => {
    verdict[kind] += 1;
    if (verdict.problems.length < 8) verdict.problems.push(`${kind}: ${text}`);
  };
  const isAnchored = ({ partition, at }: { partition: number; at: number }) => at < anchors[partition];
  const hasLostState = anchors.some(Number.isFinite);
  const truths = [truth, ...remainders.map((remainder) => remainder.truth)];
  const isLate = (key: string) => truths.some(({ late }) => late.has(key));
  const wasReopened = (identity: string) => hasLostState && isLate(identity.replace(/ r\d+$/, ''));

  for (const key of undisturbed.windows.keys()) if (!truth.windows.has(key)) problem('wrong', `undisturbed says ${key}`);
  for (const { topic, value, offset } of seen) {
    const output = outputOf(topic);
    const identity = identityOf(topic, value!);
    const name = `${output} ${identity} (${topic} at ${offset})`;
    const right = undisturbed[output].get(identity);
    const before = first.get(`${output} ${identity}`);
    if (before === undefined) first.set(`${output} ${identity}`, { value: value!, times: 1 });
    else {
      verdict.repeatedMost = Math.max(verdict.repeatedMost, ++before.times);
      if (same(before.value, value!)) verdict.repeated += 1;
    }
    if (output === 'windows') {
      const mismatches = truths.map(({ windows }) => mismatchOf(windows.get(identity), value!));
      const mismatch = mismatches.includes(null) ? null : mismatches[0];
      if (mismatch !== null && wasReopened(identity)) verdict.reopened += 1;
      else if (mismatch !== null) problem('wrong', `${name}: ${mismatch}`);
      if (mismatch !== null) continue;
    }
    const mustEqual = right !== undefined && (isAnchored(right) || output === 'deadLetters');
    if (mustEqual && same(right.value, value!)) found.add(`${output} ${identity}`);
    // Late samples that repeat a whole window cut it anew, just as it was; what was said of it first was right.
    else if (output === 'windows' && found.has(`windows ${identity}`) && wasReopened(identity)) verdict.reopened += 1;
    else if (mustEqual && !(output === 'alerts' && hasLostState))
      problem('conflicting', `${name} is not what was said undisturbed`);
    else if (output === 'deadLetters' && remainders.some((remainder) => remainder.truth.rejected.has(identity))) continue;
    else if (right === undefined && !hasLostState) problem('wrong', `${name} must not be${spoken(output, value!)}`);
    else if (right === undefined || !same(right.value, value!)) verdict.rescored += 1;
  }
  /** Not what retention took, nor what looked otherwise without it once: the frontier of then is in the store. */
  const mustBeThere = (partition: number, at: number, isIn: (of: Truth) => boolean): boolean => {
    const left = remainders.filter((remainder) => remainder.partition === partition);
    const isThere = at < anchors[partition] || left.every((remainder) => isIn(remainder.truth));
    if (!isThere) verdict.overtaken += 1;
    return isThere;
  };
  for (const [key, { partition, closedAt }] of truth.windows)
    if (!first.has(`windows ${key}`) && mustBeThere(partition, closedAt, ({ windows }) => windows.has(key)))
      problem('lost', `window ${key}, closed at ${closedAt}`);
  for (const [key, said] of undisturbed.alerts)
    if (isAnchored(said) && !found.has(`alerts ${key}`)) problem('lost', `alert ${key}, said at ${said.at}`);
  for (const [key, { partition, offset }] of truth.rejected)
    if (!first.has(`deadLetters ${key}`) && mustBeThere(partition, offset, ({ rejected }) => rejected.has(key)))
      problem('lost', `dead letter ${key}`);
  return verdict;
}

function blank(windows: number, alerts: number): Verdict {
  return {
    lost: 0,
    wrong: 0,
    conflicting: 0,
    repeated: 0,
    repeatedMost: 0,
    rescored: 0,
    reopened: 0,
    overtaken: 0,
    windows,
    alerts,
    problems: [],
  };
}

function spoken(output: string, value: Uint8Array): string {
  return output === 'alerts' ? `: ${decodeAlert(value).message}` : '';
}

function mismatchOf(truth: TrueWindow | undefined, value: Uint8Array): string | null {
  const window = decodeScoredWindow(value);
  if (truth === undefined) return `no such window ${keyOf(window)}`;
  if (window.endMs !== truth.endMs) return `ends at ${window.endMs}, not ${truth.endMs}`;
  if (window.coverage !== truth.coverage) return `coverage ${window.coverage}, not ${truth.coverage}`;
  if (window.flags.includes('interpolated') !== truth.isInterpolated) return 'interpolated or not';
  if (!window.features.every((x, i) => Object.is(x, truth.features[i]))) return 'other features';
  return null;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
