// The terminal while something long is running: events scroll by, one status line stays at the bottom. Without a TTY the
// status line becomes a plain line every few seconds.

import { wrapped } from './table.ts';

export type Screen = {
  /** Something happened: a line that stays; broken between words where the terminal is narrower. */
  event(line: string): void;
  /** How far it is: replaces the status line. `share` in 0..1. */
  progress(share: number, text: string): void;
  /** Removes the status line. */
  done(): void;
  colour(name: Colour, text: string): string;
};

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

export type Output = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const codes: Record<Colour, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };
const escape = String.fromCharCode(27);
const barWidth = 24;
const plainEveryMs = 5000;
/** Where the rest of a broken line starts: under the text, after the time. */
const hangingIndent = 9;

/** `now` in milliseconds; `useColour` false for NO_COLOR. */
export function createScreen(output: Output, now: () => number, useColour: boolean): Screen {
  const isLive = output.isTTY === true;
  let status = '';
  let plainAtMs = -Infinity;

  const clear = () => isLive && status !== '' && output.write(`\r${escape}[2K`);
  const colour = (name: Colour, text: string) => (useColour && isLive ? `${escape}[${codes[name]}m${text}${escape}[0m` : text);

  return {
    colour,
    event(line) {
      clear();
      const lines = isLive ? wrapped(line, output.columns || 100, hangingIndent) : [line];
      output.write(`${lines.join('\n')}\n`);
      if (isLive) output.write(status);
    },
    progress(share, text) {
      const percent = `${Math.floor(share * 100)}`.padStart(3);
      if (!isLive) {
        if (now() - plainAtMs < plainEveryMs) return;
        plainAtMs = now();
        output.write(`${percent} %  ${text}\n`);
        return;
      }
      const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
      const bar = `${colour('cyan', '█'.repeat(filled))}${colour('dim', '░'.repeat(barWidth - filled))}`;
      const room = Math.max(10, (output.columns || 100) - barWidth - 9);
      clear();
      status = `${bar} ${percent} %  ${text.slice(0, room)}`;
      output.write(status);
    },
    done() {
      clear();
      status = '';
    },
  };
}
