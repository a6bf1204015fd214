// The alerts of a common-cause incident answered by a link, as one answer.
import type { IncidentLink } from '@tocsin/schemas';
import type { ConsoleParts } from '../console-parts.ts';
import { incidentAnswerOf, labelsOfIncident } from '../view/incident-answer.ts';
import { undoOfBatch } from '../view/take-back.ts';
import type { AnswerDesk, AnswerPage, PressedForm } from './answer-frame.ts';
import {
  askPage,
  nothingLeftPage,
  saidOfIncidentPage,
  takenBackOfIncidentPage,
  unknownIncidentPage,
  usedForIncidentPage,
} from './incident-pages.ts';

export function answerIncident(parts: ConsoleParts, link: IncidentLink, key: string): AnswerDesk {
  const { world } = parts;
  const look = (): AnswerPage => {
    const answer = incidentAnswerOf(world, link, key);
    if (answer.said.length > 0) return usedForIncidentPage(link, answer);
    if (answer.takenBack > 0) return takenBackOfIncidentPage(link, answer);
    if (answer.incident === null || answer.alerts.length === 0) return unknownIncidentPage(link);
    return answer.toAnswer.length === 0 ? nothingLeftPage(link, answer) : askPage(link, answer);
  };
  const say = async ({ note, seenMs }: PressedForm): Promise<AnswerPage> => {
    const labels = labelsOfIncident(incidentAnswerOf(world, link, key), link, { note, seenMs, atMs: parts.now() });
    if (labels.length === 0) return look();
    await parts.say(labels);
    return saidOfIncidentPage(link, incidentAnswerOf(world, link, key), labels.length);
  };
  const takeBack = async (): Promise<AnswerPage> => {
    const { batchId } = incidentAnswerOf(world, link, key);
    const undone = undoOfBatch(world.verdicts, batchId, { who: link.who, atMs: parts.now(), note: 'by link' });
    if (undone.length > 0) await parts.say(undone);
    return look();
  };
  return { look, press: (form) => (form.act === 'undo' ? takeBack() : say(form)) };
}
