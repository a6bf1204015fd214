// YAML 1.2 (and so JSON) text to plain data. Knows nothing of what is in it.
import { parseDocument } from 'yaml';
import { shown, type Mistake } from './config-error.ts';

/** The data, or what is wrong with the text, with line and column. Nothing at all counts as an empty mapping. */
export function parseDocumentText(text: string): { value: unknown } | { mistakes: Mistake[] } {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ message, linePos }): Mistake => {
      const at = linePos?.[0];
      const path = at === undefined ? '(file)' : `line ${at.line}, column ${at.col}`;
      return {
        path,
        value: shown(lineOf(text, at?.line)),
        expected: 'YAML',
        advice: message.split('\n')[0].replace(/ at line .*$/, ''),
      };
    });
    return { mistakes };
  }
  return { value: document.toJS() ?? {} };
}

function lineOf(text: string, line: number | undefined): string {
  return line === undefined ? '' : (text.split('\n')[line - 1] ?? '').trim();
}
