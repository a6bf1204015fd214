// One panel of the picture: axes, a title and lines. Pure.
import type { Line } from './curve-lines.ts';

export type Panel = {
  x: number;
  y: number;
  width: number;
  height: number;
  title: string;
  /** Bounds of the values; what lies outside is drawn at the edge. */
  low: number;
  high: number;
  /** Labelled values. */
  ticks: readonly number[];
  format(value: number): string;
  /** A dashed line across. */
  goal: number | null;
};

/** SVG of the panel. `classOf` names the style of a line; x grows with ln(1 + shots). */
export function panelSvg(
  panel: Panel,
  shots: readonly number[],
  lines: readonly Line[],
  classOf: (line: Line) => string,
): string {
  const { x, y, width, height, title, low, high, ticks, format, goal } = panel;
  const span = Math.log1p(Math.max(...shots, 1));
  const across = (count: number): number => round(x + (Math.log1p(count) / span) * width);
  const up = (value: number): number => round(y + height - Math.min(1, Math.max(0, (value - low) / (high - low))) * height);
  const grid = ticks.map(
    (tick) =>
      `<path class="grid" d="M${x} ${up(tick)}H${x + width}"/><text class="tick" x="${x - 5}" y="${up(tick) + 3}" text-anchor="end">${format(tick)}</text>`,
  );
  const foot = readable(shots, across).map(
    (count) => `<text class="tick" x="${across(count)}" y="${y + height + 12}" text-anchor="middle">${count}</text>`,
  );
  const drawn = lines.map((line) => {
    const way = line.points.map((point, i) => `${i === 0 ? 'M' : 'L'}${across(point.shots)} ${up(point.value)}`).join('');
    const last = line.points[line.points.length - 1];
    const dot =
      line.kind === 'learned'
        ? `<circle class="${classOf(line)} dot" cx="${across(last.shots)}" cy="${up(last.value)}" r="2.2"/>`
        : '';
    return `<path class="${classOf(line)}" d="${way}"><title>${line.name}</title></path>${dot}`;
  });
  const aim = goal === null ? '' : `<path class="goal" d="M${x} ${up(goal)}H${x + width}"/>`;
  const head = `<text class="title" x="${x}" y="${y - 7}">${title}</text>`;
  return [head, ...grid, ...foot, aim, ...drawn].join('\n');
}

/** Numbers of shots whose labels do not touch. */
function readable(shots: readonly number[], across: (count: number) => number): number[] {
  const kept: number[] = [];
  for (const count of shots) if (kept.length === 0 || across(count) - across(kept[kept.length - 1]) >= 13) kept.push(count);
  return kept;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
