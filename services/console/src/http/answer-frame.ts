// What the pages behind one-click links are made of. HTML that needs no script: people open them from a mail, on whatever they have at hand.
import { nameText, type AnswerLink } from '@tocsin/schemas';

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
button { margin-top: 1rem; padding: .7rem 1.4rem; font: inherit; font-weight: 600; color: var(--on-act); background: var(--act); border: 1px solid var(--act); border-radius: 6px; cursor: pointer }
button.back { color: var(--act); background: transparent }
a { color: var(--act) }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
`;

/** A page as it is answered. */
export type AnswerPage = { status: number; html: string };

/** `seenMs`: nothing is said of alerts that this console has heard of later. */
export type PressedForm = { act: 'say' | 'undo'; note: string; seenMs: number };

/** What one link does. */
export type AnswerDesk = { look(): AnswerPage; press(form: PressedForm): Promise<AnswerPage> };

export const answerNames: Record<AnswerLink['verdict'], string> = {
  real: 'real',
  'false-alarm': 'a false alarm',
  maintenance: 'maintenance',
  unsure: 'something you are not sure about',
};

export function framed(status: number, title: string, body: string): AnswerPage {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${safe(title)} · Tocsin</title><link rel="stylesheet" href="answer.css"></head>
<body><main><h1>${safe(title)}</h1>
${body}
</main></body></html>
`;
  return { status, html };
}

/** The form that says it: forms go to the address of the page. `seenMs`: of several alerts those that came later were not seen. */
export function sayForm(button: string, seenMs: number | null = null): string {
  return `<form method="post">${seenMs === null ? '' : `<input type="hidden" name="seen" value="${seenMs}">`}
<label for="note">Note (may stay empty)</label>
<textarea id="note" name="note" maxlength="2000"></textarea>
<button type="submit">${safe(button)}</button>
</form>`;
}

export function undoForm(): string {
  return `<form method="post"><button type="submit" class="back" name="act" value="undo">Take it back</button></form>`;
}

export function alertsLink(): string {
  return '<p><a href="./#/alerts">Alerts in the console</a></p>';
}

export function deviceLink(deviceId: string): string {
  return `<p><a href="./#/device?${safe(new URLSearchParams({ id: deviceId }).toString())}">The device in the console</a></p>`;
}

/** Names, sentences and notes are text and nothing else, in the order in which it is read. */
export function safe(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return nameText(text).replaceAll(/[&<>"']/g, (character) => entities[character]);
}
