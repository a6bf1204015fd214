// What is written down of a class's versions, against what scorers are pointed to.
import { canaryVersion, currentVersion, decodeModelAnnouncement, decodeRollout } from '@tocsin/schemas';
import type { ModelAnnouncement, Rollout } from '@tocsin/schemas';
import { counted, duration } from '../terminal/figures.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** As they lie in the store; null for nothing. */
export type RolloutFacts = {
  rollout: Uint8Array | null;
  current: Uint8Array | null;
  canary: Uint8Array | null;
  /** Longest that a canary is to take. */
  canaryForMs: number;
  nowMs: number;
};

/** A trainer carries out what was written down and not done within a turn; a canary longer over its time than this has none that judges it. */
const patienceMs = 3_600_000;

/** Null where nothing was ever published. */
export function judgeRollout(deviceClass: string, facts: RolloutFacts): Finding | null {
  const { rollout: stored, current: currentBytes, canary: canaryBytes, canaryForMs, nowMs } = facts;
  const check = `versions ${deviceClass}`;
  if (stored === null) {
    if (currentBytes === null) return null;
    const advice = 'the next trainer or tocsin models command begins to write down what comes';
    return warn(check, 'what became of earlier versions is not written down (an upgrade, or the value expired)', advice);
  }
  const rollout = readable(() => decodeRollout(stored));
  if (rollout === null)
    return fail(
      check,
      'what is written down of its versions cannot be read',
      'was it written by a later release? A trainer of this one puts it together anew from the pointers, without the past',
    );
  const [pointer, tried] = [pointed(currentBytes), pointed(canaryBytes)];
  const [current, canary] = [currentVersion(rollout)?.version ?? 0, canaryVersion(rollout)];
  if ((pointer?.version ?? 0) !== current || (tried?.version ?? 0) !== (canary?.version ?? 0)) {
    const isOlder = (pointer?.version ?? 0) < current;
    const found = `scorers are pointed to ${textOf(pointer, tried)}, written down is ${wordsOf(rollout)}`;
    const why = isOlder ? 'if it stays, who else writes to the store? ' : '';
    return warn(check, found, `${why}a running trainer carries it out within a turn; so does any change by tocsin models`);
  }
  if (canary !== null && nowMs > canary.sinceMs + canaryForMs + patienceMs) {
    const since = duration(nowMs - canary.sinceMs);
    const advice = `no trainer judges it; start one, or tocsin models promote|withdraw ${deviceClass}`;
    return warn(check, `${wordsOf(rollout)}, for ${since} (trainer.canary.forMs is ${duration(canaryForMs)})`, advice);
  }
  return ok(check, wordsOf(rollout));
}

function wordsOf(rollout: Rollout): string {
  const { versions, watchUntilMs } = rollout;
  const [current, canary] = [currentVersion(rollout), canaryVersion(rollout)];
  const inUse = current === null ? 'none is current' : `version ${current.version} is current (${current.by}: ${current.reason})`;
  const tried = canary === null ? '' : `, version ${canary.version} is tried by ${Math.round(100 * (canary.share ?? 0))} %`;
  return `${inUse}${tried}${watchUntilMs === null ? '' : ', watched'}; ${counted(versions.length, 'version')} left`;
}

function textOf(current: ModelAnnouncement | null, tried: ModelAnnouncement | null): string {
  const inUse = current === null ? 'no version' : `version ${current.version}`;
  return tried === null ? inUse : `${inUse} and, for a share, version ${tried.version}`;
}

function pointed(bytes: Uint8Array | null): ModelAnnouncement | null {
  return bytes === null ? null : readable(() => decodeModelAnnouncement(bytes));
}

function readable<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
