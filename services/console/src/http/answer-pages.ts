// The small pages behind one-click links, as HTML that needs no script: people open them from a mail, on whatever they have at hand.
import type { AnswerLink } from '@tocsin/schemas';

export const answerStyle = `:root { color-scheme: dark light; --ground: #0e1216; --ink: #dde4ea; --dim: #9ba8b4; --line: #3b4753; --act: #8ec5ff; --on-act: #0e1216 }
@media (prefers-color-scheme: light) { :root { --ground: #f3f2ee; --ink: #1a2026; --dim: #4b555e; --line: #b9b5aa; --act: #0b57a4; --on-act: #fff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.05rem/1.5 system-ui, 'Segoe UI', Roboto, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.4rem; line-height: 1.3; overflow-wrap: anywhere }
p { overflow-wrap: anywhere }
.dim { color: var(--dim) }
label { display: block; margin-top: 1.5rem }
textarea { width: 100%; min-height: 4.5rem; padding: .5rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px }
button { margin-top: 1rem; padding: .7rem 1.4rem; font: inherit; font-weight: 600; color: var(--on-act); background: var(--act); border: 0; border-radius: 6px; cursor: pointer }
a { color: var(--act) }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
`;

const names: Record<AnswerLink['verdict'], string> = {
  real: 'real',
  'false-alarm': 'a false alarm',
  maintenance: 'maintenance',
  unsure: 'something you are not sure about',
};

const effects: Record<AnswerLink['verdict'], string> = {
  real: 'Windows like those of this alert will score higher on this device.',
  'false-alarm': 'The alert closes, and the device learns its windows as normal.',
  maintenance: 'No alerts and no learning for a day, or until a later verdict.',
  unsure: 'Somebody has looked. An earlier verdict does not count any more.',
};

export type AnswerFacts = {
  link: AnswerLink;
  /** What is wrong, as the alert says it; null where this console does not know it any more. */
  cause: string | null;
  /** What stands now, and who said it. */
  standing: { verdict: string; who: string } | null;
};

/** Asks before anything is said: mail programs open links by themselves. The form goes to the address of the page. */
export function confirmPage({ link, cause, standing }: AnswerFacts): string {
  const { deviceId, verdict, who } = link;
  return page(
    `${deviceId}: was it ${names[verdict]}?`,
    `${cause === null ? '' : `<p>${safe(cause)}</p>`}
${standingText(standing)}
<p class="dim">${safe(effects[verdict])}</p>
<form method="post">
<label for="note">Note (may stay empty)</label>
<textarea id="note" name="note" maxlength="2000"></textarea>
<button type="submit">Yes, ${safe(names[verdict])}</button>
</form>
<p class="dim">You answer as ${safe(who)}. Nothing is said before you press.</p>`,
  );
}

export function saidPage({ link: { deviceId, verdict, who } }: AnswerFacts): string {
  return page(
    `${deviceId}: said`,
    `<p>${safe(who)} said that this was ${safe(names[verdict])}. ${safe(effects[verdict])}</p>${consoleText(deviceId)}`,
  );
}

export function usedPage({ link: { deviceId, verdict }, standing }: AnswerFacts): string {
  return page(
    `${deviceId}: this link has been used`,
    `<p>With it somebody said that this was ${safe(names[verdict])}; it cannot be said twice.</p>${standingText(standing)}${consoleText(deviceId)}`,
  );
}

export function expiredPage({ deviceId, expiresMs }: AnswerLink): string {
  return page(
    `${deviceId}: this link has expired`,
    `<p>It was good until ${new Date(expiresMs).toISOString().slice(0, 16).replace('T', ' ')} UTC. Nothing was said.</p>${consoleText(deviceId)}`,
  );
}

export function alteredPage(): string {
  return page(
    'This link is not complete, or was changed',
    `<p>Nothing was said. Mail programs sometimes cut long links: open it from the message once more, or answer in <a href="/#/alerts">the console</a>.</p>`,
  );
}

export function notSetUpPage(): string {
  return page(
    'One-click answers are not set up here',
    `<p>Nothing was said. Answer in <a href="/#/alerts">the console</a>; whoever runs it can set <code>links.key</code>.</p>`,
  );
}

function standingText(standing: AnswerFacts['standing']): string {
  if (standing === null) return '';
  return `<p>What stands now: ${safe(standing.verdict.replace('-', ' '))}, said by ${safe(standing.who === '' ? 'somebody' : standing.who)}. The later answer stands.</p>`;
}

function consoleText(deviceId: string): string {
  return `<p><a href="/#/device?${safe(new URLSearchParams({ id: deviceId }).toString())}">The device in the console</a></p>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(title)} · Tocsin</title><link rel="stylesheet" href="/answer.css"></head>
<body><main><h1>${safe(title)}</h1>
${body}
</main></body></html>
`;
}

function safe(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]);
}
