// The score of a device over time, drawn by uPlot: the threshold as a dashed step, what lies over it marked, alerts as shaded spans.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { AlertView } from '../../src/api/alerts-api.ts';
import type { Series } from '../../src/api/fleet-api.ts';
import type { Zone } from '../words/times.ts';

type Props = {
  series: Series;
  alerts: readonly AlertView[];
  zone: Zone;
  at: number;
  pick(i: number): void;
  /** A stretch of time that somebody has drawn out stays while windows come; false shows all of it again. */
  isZoomed: boolean;
  onZoom(isZoomed: boolean): void;
};

const height = 260;

export function ScoreChart({ series, alerts, zone, at, pick, isZoomed, onZoom }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const newest = useRef({ series, alerts, at, pick, isZoomed, onZoom });
  newest.current = { series, alerts, at, pick, isZoomed, onZoom };

  useEffect(() => {
    const element = box.current!;
    const make = () => {
      chart.current?.destroy();
      newest.current.isZoomed = false;
      newest.current.onZoom(false);
      chart.current = new uPlot(optionsOf(element, zone, newest), dataOf(newest.current.series), element);
    };
    make();
    const resized = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: light)');
    scheme.addEventListener('change', make);
    return () => {
      resized.disconnect();
      scheme.removeEventListener('change', make);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [zone]);
  useEffect(() => chart.current?.setData(dataOf(series)), [series, isZoomed]);
  useEffect(() => chart.current?.redraw(false), [alerts, at]);

  const over = overThreshold(series).filter((score) => score !== null).length;
  return (
    <div
      class="chart"
      ref={box}
      role="img"
      aria-label={`Scores of ${series.endMs.length} windows, ${over} over the threshold; the slider below reads them one by one`}
    />
  );
}

function dataOf({ endMs, score, threshold }: Series): uPlot.AlignedData {
  return [endMs.map((ms) => ms / 1000), [...score], [...threshold], overThreshold({ score, threshold })];
}

/** Scores that lie over their threshold, null for the others. */
function overThreshold({ score, threshold }: Pick<Series, 'score' | 'threshold'>): (number | null)[] {
  return score.map((value, i) => (value !== null && value > (threshold[i] ?? Infinity) ? value : null));
}

type Newest = { current: Pick<Props, 'series' | 'alerts' | 'at' | 'pick' | 'isZoomed' | 'onZoom'> };

function optionsOf(element: HTMLElement, zone: Zone, newest: Newest): uPlot.Options {
  const style = getComputedStyle(element);
  const ink = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: ink('--ink-2'),
    font,
    grid: { stroke: ink('--line'), width: 1 },
    ticks: { stroke: ink('--line'), width: 1, size: 4 },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    padding: [10, 28, 0, 0],
    cursor: { drag: { x: true, y: false }, points: { show: false }, y: false },
    ...(zone === 'utc' ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') } : {}),
    scales: {
      x: { time: true, auto: () => !newest.current.isZoomed, range: (u, from, to) => timeRange(u, from, to) },
      y: { range: (_, low, high) => [Math.min(low, high - 1) - 0.4, high + 0.6] },
    },
    axes: [
      { ...axis, values: timeValues, space: 70 },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      {
        label: 'score',
        stroke: ink('--score'),
        width: 1.5,
        points: { show: areFew, size: 4, fill: ink('--score') },
        spanGaps: false,
      },
      { label: 'threshold', stroke: ink('--threshold'), width: 1.5, dash: [5, 4], points: { show: false }, spanGaps: false },
      {
        label: 'over',
        stroke: ink('--over'),
        width: 0,
        points: { show: true, size: 5, fill: ink('--over'), stroke: ink('--over'), width: 0 },
      },
    ],
    hooks: {
      drawClear: [(u) => shade(u, newest.current.alerts, ink('--alert-shade'))],
      draw: [(u) => mark(u, newest.current, ink('--ink-2'))],
      setScale: [(u, key) => key === 'x' && noteZoom(u, newest)],
      ready: [
        (u) =>
          u.over.addEventListener('click', () => {
            if (u.cursor.idx != null) newest.current.pick(u.cursor.idx);
          }),
      ],
    },
  };
}

/** A line between two points shows nothing of one. */
function areFew({ data: [times] }: uPlot): boolean {
  return times.length < 40;
}

/** Around a single window a minute; else what is asked for. */
function timeRange({ data: [times] }: uPlot, from: number, to: number): uPlot.Range.MinMax {
  return times.length === 1 ? [times[0] - 30, times[0] + 30] : [from, to];
}

function noteZoom({ scales: { x }, data: [times] }: uPlot, newest: Newest): void {
  if (times.length === 0) return;
  const isZoomed = (x.min ?? -Infinity) > times[0] || (x.max ?? Infinity) < times[times.length - 1];
  if (isZoomed === newest.current.isZoomed) return;
  newest.current.isZoomed = isZoomed;
  newest.current.onZoom(isZoomed);
}

/** Days where they change, else hours, minutes and seconds in 24 hours. */
const timeValues: uPlot.Axis.Values = [
  [86_400, '{DD} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [3600, '{HH}:{mm}', '\n{DD} {MMM}', null, '\n{DD} {MMM}', null, null, null, 1],
  [60, '{HH}:{mm}', '\n{DD} {MMM}', null, '\n{DD} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{DD} {MMM}', null, '\n{DD} {MMM}', null, null, null, 1],
  [0.001, '{ss}.{fff}', '\n{DD} {MMM} {HH}:{mm}', null, '\n{DD} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
];

function shade(u: uPlot, alerts: readonly AlertView[], colour: string): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.fillStyle = colour;
  for (const { startMs, endMs, life } of alerts) {
    const left = Math.max(bbox.left, u.valToPos(startMs / 1000, 'x', true));
    // What has not ended goes on.
    const end = life === 'closed' ? u.valToPos(endMs / 1000, 'x', true) : Infinity;
    const right = Math.min(bbox.left + bbox.width, end);
    if (right >= left) ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
  }
  ctx.restore();
}

/** The chosen window, and where another initialisation was adopted. */
function mark(u: uPlot, { series, at }: Newest['current'], colour: string): void {
  const { ctx, bbox } = u;
  const line = (seconds: number, dash: number[]) => {
    const x = Math.round(u.valToPos(seconds, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) return null;
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    return x;
  };
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.font = `${11 * devicePixelRatio}px ${getComputedStyle(u.root).fontFamily}`;
  ctx.textBaseline = 'top';
  let free = -Infinity;
  series.modelVersion.forEach((version, i) => {
    if (i === 0 || version === series.modelVersion[i - 1] || version === 0) return;
    const x = line(series.endMs[i] / 1000, [1, 3]);
    if (x === null || x < free) return;
    ctx.fillText(`v${version}`, x + 3 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
    free = x + 30 * devicePixelRatio;
  });
  if (series.endMs[at] !== undefined) line(series.endMs[at] / 1000, []);
  ctx.restore();
}
