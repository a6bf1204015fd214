// One alert answered by a link.
import type { AlertLink, Label } from '@tocsin/schemas';
import type { ConsoleParts } from '../console-parts.ts';
import { undoOf } from '../view/take-back.ts';
import type { AnswerDesk, AnswerPage, PressedForm } from './answer-frame.ts';
import { confirmPage, saidPage, takenBackPage, usedPage, type AnswerFacts } from './answer-pages.ts';

/** `key` is a hash of the link: one link is one label, however often its button is pressed. */
export function answerAlert(parts: ConsoleParts, link: AlertLink, key: string): AnswerDesk {
  const { alerts, incidents, verdicts } = parts.world;
  const facts = (): AnswerFacts => {
    const known = alerts.find(link.alertId);
    const incident = known === null ? null : incidents.of(known.alert);
    const standing = verdicts.standing(link.deviceId, link.alertId);
    return { link, cause: known?.cause.message ?? null, standing, incidentDevices: incident?.devices ?? null };
  };
  const look = (): AnswerPage => {
    const said = verdicts.find(key);
    if (said === null) return confirmPage(facts());
    return said.isUndone ? takenBackPage(facts()) : usedPage(facts());
  };
  return {
    look,
    async press({ act, note }: PressedForm) {
      const said = verdicts.find(key);
      if (act === 'say' && said === null) {
        await parts.say([labelOf(link, key, note, parts.now())]);
        return saidPage(facts());
      }
      if (act === 'undo' && said !== null && !said.isUndone)
        await parts.say([undoOf(verdicts, said, { who: link.who, atMs: parts.now(), note: 'by link' })]);
      return look();
    },
  };
}

function labelOf({ deviceId, alertId, verdict, who }: AlertLink, labelId: string, note: string, atMs: number): Label {
  return { labelId, deviceId, subjectId: alertId, verdict, who, atMs, note: note === '' ? 'by link' : note };
}
