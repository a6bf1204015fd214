// Pages of links that answer a common-cause incident: what it is, how many alerts an answer is about, and what became of it.
import type { IncidentLink } from '@tocsin/schemas';
import type { IncidentAnswer } from '../view/incident-answer.ts';
import { alertsLink, answerNames, framed, safe, sayForm, undoForm, type AnswerPage } from './answer-frame.ts';

const effects: Record<IncidentLink['verdict'], string> = {
  real: 'On each device windows like those of its alert will score higher.',
  'false-alarm': 'The alerts close, and each device learns the windows of its own as normal.',
  maintenance: 'On these devices no alerts and no learning for a day, or until a later verdict.',
  unsure: 'Somebody has looked. Earlier verdicts on these alerts do not count any more.',
};

/** Asks before anything is said. */
export function askPage(link: IncidentLink, answer: IncidentAnswer): AnswerPage {
  const { verdict, who } = link;
  const all = answer.toAnswer.length === 1 ? 'the alert' : `all ${count(answer.toAnswer.length)} alerts`;
  return framed(
    200,
    `${titleOf(link, answer)}: was it ${answerNames[verdict]}?`,
    `${messageText(answer)}
<p>${safe(reachText(link, answer))}</p>
${forgottenText(answer)}
<p class="dim">${safe(effects[verdict])}</p>
${sayForm(`Yes, ${answerNames[verdict]}: ${all}`, newestMs(answer))}
<p class="dim">You answer as ${safe(who)}. Nothing is said before you press, and nothing of devices that join later.</p>`,
  );
}

/** `labels` is how many were said just now. */
export function saidOfIncidentPage(link: IncidentLink, answer: IncidentAnswer, labels: number): AnswerPage {
  const { verdict, who } = link;
  return framed(
    200,
    `${titleOf(link, answer)}: said`,
    `<p>${safe(`${who} said of ${alertsText(labels)} that this was ${answerNames[verdict]}. ${effects[verdict]}`)}</p>
${sinceText(link, answer)}${undoForm()}${alertsLink()}`,
  );
}

export function usedForIncidentPage(link: IncidentLink, answer: IncidentAnswer): AnswerPage {
  return framed(
    200,
    `${titleOf(link, answer)}: this link has been used`,
    `${messageText(answer)}
<p>${safe(`With it ${answer.said[0].who} said of ${alertsText(answer.said.length)} that this was ${answerNames[link.verdict]}; it cannot be said twice.`)}</p>
${sinceText(link, answer)}${undoForm()}${alertsLink()}`,
  );
}

export function takenBackOfIncidentPage(link: IncidentLink, answer: IncidentAnswer): AnswerPage {
  return framed(
    200,
    `${titleOf(link, answer)}: taken back`,
    `<p>${safe(`That this was ${answerNames[link.verdict]} does not count any more, on ${alertsText(answer.takenBack)}; what was said before or by others stands. This link has been used, and says nothing again.`)}</p>${alertsLink()}`,
  );
}

export function nothingLeftPage(link: IncidentLink, answer: IncidentAnswer): AnswerPage {
  return framed(
    200,
    `${titleOf(link, answer)}: that has been said`,
    `${messageText(answer)}
<p>${safe(`Of ${alertsText(answer.alerts.length)} of it somebody has said already that this was ${answerNames[link.verdict]}. There is nothing to add.`)}</p>${alertsLink()}`,
  );
}

export function unknownIncidentPage({ deviceClass }: IncidentLink): AnswerPage {
  return framed(
    404,
    `${deviceClass}: this incident is not known here any more`,
    `<p>Nothing was said. The console remembers what came last; if it has just been started, try again in a minute.</p>${alertsLink()}`,
  );
}

function titleOf({ deviceClass }: IncidentLink, { incident }: IncidentAnswer): string {
  return incident === null ? `${deviceClass}, an incident` : `${count(incident.devices)} ${deviceClass}, one incident`;
}

function messageText({ incident }: IncidentAnswer): string {
  return incident === null ? '' : `<p>${safe(incident.message)}</p>`;
}

/** How many alerts an answer is about, and whose answers it overrules. */
function reachText({ verdict }: IncidentLink, { alerts, toAnswer }: IncidentAnswer): string {
  const open = toAnswer.filter(({ known }) => known.alert.state !== 'closed').length;
  const others = toAnswer.flatMap(({ standing }) => (standing === null ? [] : [standing]));
  const same = alerts.length - toAnswer.length;
  return [
    `It answers ${alertsText(toAnswer.length)}${openText(open, toAnswer.length)}.`,
    ...(others.length === 0
      ? []
      : [
          `${count(others.length)} of them ${others.length === 1 ? 'has' : 'have'} another answer (${whoseText(others)}): yours will stand.`,
        ]),
    ...(same === 0 ? [] : [`${count(same)} more ${same === 1 ? 'is' : 'are'} called ${verdict.replace('-', ' ')} already.`]),
  ].join(' ');
}

function openText(open: number, of: number): string {
  if (open > 0 && open < of) return `, ${count(open)} of them open`;
  const state = open === 0 ? 'closed' : 'open';
  return of === 1 ? `, which is ${state}` : `, all of them ${state}`;
}

/** `real by Bob and 2 others, unsure by Eve`: of many people the first two by name. */
function whoseText(others: readonly { verdict: string; who: string }[]): string {
  const byVerdict = new Map<string, Set<string>>();
  for (const { verdict, who } of others)
    byVerdict.set(verdict, (byVerdict.get(verdict) ?? new Set()).add(who === '' ? 'somebody' : who));
  return [...byVerdict]
    .map(([verdict, people]) => {
      const named = [...people].slice(0, 2);
      const more = people.size - named.length;
      return `${verdict.replace('-', ' ')} by ${named.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
    })
    .join(', ');
}

/** Alerts that nobody had seen who pressed: asked for again. */
function sinceText({ verdict }: IncidentLink, answer: IncidentAnswer): string {
  const since = answer.toAnswer.length;
  if (since === 0) return '';
  const text = `${alertsText(since)} of it came since and ${since === 1 ? 'is' : 'are'} not answered.`;
  return `<p>${safe(text)}</p>${sayForm(`Yes, ${answerNames[verdict]}: ${since === 1 ? 'that one' : `those ${count(since)}`}, too`, newestMs(answer))}`;
}

function forgottenText({ incident, alerts }: IncidentAnswer): string {
  const known = new Set(alerts.map(({ known: { alert } }) => alert.deviceId)).size;
  if (incident === null || incident.devices <= known) return '';
  return `<p>${safe(`Of its ${count(incident.devices)} devices this console knows the alerts of ${count(known)}; the others are not answered.`)}</p>`;
}

function newestMs({ toAnswer }: IncidentAnswer): number {
  return toAnswer.reduce((newest, { known }) => Math.max(newest, known.openedMs), 0);
}

function alertsText(alerts: number): string {
  return alerts === 1 ? 'one alert' : `${count(alerts)} alerts`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
