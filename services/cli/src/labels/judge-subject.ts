// Whether a label can be about what it says it is about. Pure.
import type { Label } from '@tocsin/schemas';

/** What was found of a label's device and subject. */
export type SubjectFacts = {
  /** Whose alert or window the subject is; null where it was not found. */
  owner: { deviceId: string; kind: 'alert' | 'window' } | null;
  isDeviceKnown: boolean;
  /** Id of the newest alert of the device; null for none. */
  newestAlert: string | null;
};

export type SubjectJudgement = { refusal: string | null; warnings: string[] };

/** Refuses what is somebody else's. What was not found is a warning: it may be older than what was looked at. */
export function judgeSubject({ deviceId, subjectId, verdict }: Label, facts: SubjectFacts, lookedAt: string): SubjectJudgement {
  const { owner, isDeviceKnown, newestAlert } = facts;
  if (owner !== null && owner.deviceId !== deviceId) {
    const own = newestAlert === null ? '' : ` (its newest alert is ${newestAlert})`;
    const expected = `expected --device ${owner.deviceId}, or an alert or window of ${deviceId}${own}`;
    return { refusal: `--subject ${subjectId} is of --device ${owner.deviceId}, not of ${deviceId}; ${expected}`, warnings: [] };
  }
  const needsSubject = subjectId !== deviceId && verdict !== 'rollback' && verdict !== 'maintenance';
  const warnings: string[] = [];
  if (!isDeviceKnown && owner === null)
    warnings.push(`device ${deviceId} is not known: it has no state, and is not among ${lookedAt}; is its id right?`);
  if (needsSubject && owner === null) {
    const own = newestAlert === null ? '' : `; its newest alert is ${newestAlert}`;
    warnings.push(
      `subject ${subjectId} is not among ${lookedAt}: what was said has an effect only if it is older than these, and the device's${own}`,
    );
  }
  return { refusal: null, warnings };
}
