// Pages of links that answer one alert, and of those that answer nothing.
import type { AlertLink, AnswerLink } from '@tocsin/schemas';
import { alertsLink, answerNames, deviceLink, framed, safe, sayForm, undoForm, type AnswerPage } from './answer-frame.ts';

const effects: Record<AnswerLink['verdict'], string> = {
  real: 'Windows like those of this alert will score higher on this device.',
  'false-alarm': 'The alert closes, and the device learns its windows as normal.',
  maintenance: 'No alerts and no learning for a day, or until a later verdict.',
  unsure: 'Somebody has looked. An earlier verdict does not count any more.',
};

export type AnswerFacts = {
  link: AlertLink;
  /** What is wrong, as the alert says it; null where this console does not know it any more. */
  cause: string | null;
  /** What stands now, and who said it. */
  standing: { verdict: string; who: string } | null;
  /** Devices of the incident that the alert is part of; null where it is by itself. */
  incidentDevices: number | null;
};

/** Asks before anything is said: mail programs open links by themselves. */
export function confirmPage({ link, cause, standing, incidentDevices }: AnswerFacts): AnswerPage {
  const { deviceId, verdict, who } = link;
  return framed(
    200,
    `${deviceId}: was it ${answerNames[verdict]}?`,
    `${cause === null ? '' : `<p>${safe(cause)}</p>`}
${incidentDevices === null ? '' : `<p>It is part of an incident of ${incidentDevices} devices. This link answers this one alert.</p>`}
${standingText(standing)}
<p class="dim">${safe(effects[verdict])}</p>
${sayForm(`Yes, ${answerNames[verdict]}`)}
<p class="dim">You answer as ${safe(who)}. Nothing is said before you press.</p>`,
  );
}

export function saidPage({ link: { deviceId, verdict, who } }: AnswerFacts): AnswerPage {
  return framed(
    200,
    `${deviceId}: said`,
    `<p>${safe(who)} said that this was ${safe(answerNames[verdict])}. ${safe(effects[verdict])}</p>${undoForm()}${deviceLink(deviceId)}`,
  );
}

export function usedPage({ link: { deviceId, verdict }, standing }: AnswerFacts): AnswerPage {
  return framed(
    200,
    `${deviceId}: this link has been used`,
    `<p>With it somebody said that this was ${safe(answerNames[verdict])}; it cannot be said twice.</p>${standingText(standing)}${undoForm()}${deviceLink(deviceId)}`,
  );
}

export function takenBackPage({ link: { deviceId, verdict }, standing }: AnswerFacts): AnswerPage {
  return framed(
    200,
    `${deviceId}: taken back`,
    `<p>That this was ${safe(answerNames[verdict])} does not count any more. This link has been used, and says nothing again.</p>${standingText(standing)}${deviceLink(deviceId)}`,
  );
}

export function expiredPage(link: AnswerLink): AnswerPage {
  const what = 'alertId' in link ? link.deviceId : `${link.deviceClass}, an incident`;
  return framed(
    410,
    `${what}: this link has expired`,
    `<p>It was good until ${momentText(link.expiresMs)}. Nothing was said.</p>${'alertId' in link ? deviceLink(link.deviceId) : alertsLink()}`,
  );
}

export function alteredPage(): AnswerPage {
  return framed(
    400,
    'This link is not complete, or was changed',
    `<p>Nothing was said. Mail programs sometimes cut long links: open it from the message once more, or answer in <a href="./#/alerts">the console</a>.</p>`,
  );
}

export function notSetUpPage(): AnswerPage {
  return framed(
    404,
    'One-click answers are not set up here',
    `<p>Nothing was said. Answer in <a href="./#/alerts">the console</a>; whoever runs it can set <code>links.key</code>.</p>`,
  );
}

/** The log does not take labels now; some of many may have been taken. */
export function awayPage(): AnswerPage {
  return framed(
    503,
    'It could not be said, or not all of it',
    '<p>The log does not answer. Go back and press once more in a moment: nothing is said twice.</p>',
  );
}

function momentText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function standingText(standing: AnswerFacts['standing']): string {
  if (standing === null) return '';
  return `<p>What stands now: ${safe(standing.verdict.replace('-', ' '))}, said by ${safe(standing.who === '' ? 'somebody' : standing.who)}. The later answer stands.</p>`;
}
