// What scorer, trainer and console say while the demo runs. Errors are told at once; warnings would stand between the lines of the
// story, and are told together at its end.
import type { LogMessage } from '@tocsin/schemas';

export type ServiceNotes = {
  note: LogMessage;
  /** Warnings so far, in the order in which they were said first. */
  lines(): string[];
};

type Said = { times: number; atS: number; fields: string };

export function createServiceNotes(elapsedS: () => number, tellError: (line: string) => void): ServiceNotes {
  const warnings = new Map<string, Said>();
  return {
    note(level, message, fields = {}) {
      if (level === 'error') tellError(`error: ${message} (${fieldsText(fields)})`);
      if (level !== 'warn') return;
      const { times, ...first } = warnings.get(message) ?? { times: 0, atS: elapsedS(), fields: fieldsText(fields) };
      warnings.set(message, { ...first, times: times + 1 });
    },
    lines: () =>
      [...warnings].map(([message, { times, atS, fields }]) => {
        const first = `${times > 1 ? 'first ' : ''}at ${atS.toFixed(1)} s: ${fields}`;
        return `${times}x  ${message} (${first})`;
      }),
  };
}

function fieldsText(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
