// YAML 1.2 (and so JSON) text to plain data. Knows nothing of what is in it.
import { parseDocument, type Document } from 'yaml';
import { shown, type Mistake } from './config-error.ts';
import { pathText } from './path-text.ts';

/** The data, or what is wrong with the text, with line and column. Nothing at all counts as an empty mapping. */
export function parseDocumentText(text: string): { value: unknown } | { mistakes: Mistake[] } {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' });
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
  const data = dataOf(document);
  if ('mistakes' in data) return data;
  const odd = oddPart(data.value, [], []);
  return odd === null ? { value: data.value ?? {} } : { mistakes: [odd] };
}

/** Aliases are resolved here: of anchors that are not there, or so many that little text becomes much data. */
function dataOf(document: Document): { value: unknown } | { mistakes: Mistake[] } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    const advice = error instanceof Error ? error.message : String(error);
    return {
      mistakes: [{ path: '(file)', value: 'its aliases', expected: 'aliases of anchors further up, and few of them', advice }],
    };
  }
}

/** The first part that JSON could not say: an alias of what it lies in, a set, bytes, or a name that JavaScript takes for itself. */
function oddPart(value: unknown, path: readonly PropertyKey[], around: readonly unknown[]): Mistake | null {
  if (typeof value !== 'object' || value === null) return null;
  const mistake = (expected: string, advice: string): Mistake => ({
    path: pathText(path),
    value: typeName(value),
    expected,
    advice,
  });
  if (around.includes(value)) return mistake('data that ends', 'remove the alias of what it lies in');
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return mistake('texts, numbers, lists and mappings', 'remove the tag');
  if (Object.hasOwn(value, '__proto__')) return mistake("no setting named '__proto__'", 'choose another name');
  for (const [name, inner] of Object.entries(value)) {
    const odd = oddPart(inner, [...path, Array.isArray(value) ? Number(name) : name], [...around, value]);
    if (odd !== null) return odd;
  }
  return null;
}

function typeName(value: object): string {
  return Array.isArray(value) ? 'a list' : value.constructor === Object ? 'a mapping' : `a ${value.constructor.name}`;
}

function lineOf(text: string, line: number | undefined): string {
  return line === undefined ? '' : (text.split('\n')[line - 1] ?? '').trim();
}
