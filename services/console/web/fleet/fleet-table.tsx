// The list of devices: only the rows in view exist, the others are height. Arrow keys, j and k move, Enter opens.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { nameText } from '@tocsin/schemas/words';
import type { FleetRow } from '../../src/api/fleet-api.ts';
import { Trace } from '../charts/trace.tsx';
import { deviceHref } from '../live/route.ts';
import { settings } from '../live/settings.ts';
import { count, figure } from '../words/figures.ts';
import { stateText } from '../words/states.ts';
import { agoText } from '../words/times.ts';
import { StateGlyph } from './state-glyph.tsx';

type Props = {
  /** What these devices were asked for by: who comes back to it finds the list where it was left. */
  wish: string;
  matched: number;
  row(index: number): FleetRow | undefined;
  logTimeMs: number | null;
  onVisible(range: { from: number; to: number }): void;
};

const spareRows = 8;

/** Where the list was left last. */
const left = { wish: '', top: 0, at: 0 };

export function FleetTable({ wish, matched, row, logTimeMs, onVisible }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ top: 0, height: 600, rowHeight: 46 });
  const [at, setAt] = useState(left.wish === wish ? Math.min(left.at, matched - 1) : 0);
  useLayoutEffect(() => {
    if (left.wish === wish) box.current!.scrollTop = left.top;
  }, []);
  useMeasured(box, setPlace);
  useEffect(() => void Object.assign(left, { wish, top: place.top, at }), [wish, place.top, at]);
  const from = Math.max(0, Math.floor(place.top / place.rowHeight) - spareRows);
  const to = Math.min(matched, Math.ceil((place.top + place.height) / place.rowHeight) + spareRows);
  useEffect(() => onVisible({ from, to }), [from, to]);

  const go = (next: number) => {
    const index = Math.max(0, Math.min(matched - 1, next));
    setAt(index);
    const scroller = box.current!;
    const y = index * place.rowHeight;
    const room = scroller.clientHeight - (scroller.querySelector<HTMLElement>('.is-head')?.offsetHeight ?? 0);
    if (y < scroller.scrollTop) scroller.scrollTop = y;
    if (y + place.rowHeight > scroller.scrollTop + room) scroller.scrollTop = y + place.rowHeight - room;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      ...(settings().hasKeys ? { j: 1, k: -1 } : {}),
    };
    const step = steps[event.key];
    if (step !== undefined) go(at + step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(matched - 1);
    else if (event.key === 'Enter' && row(at) !== undefined) location.hash = deviceHref(row(at)!.deviceId);
    else return;
    event.preventDefault();
  };
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  return (
    <div class="table">
      <div
        class="rows"
        ref={box}
        role="grid"
        tabIndex={0}
        aria-label={`${count(matched)} devices; arrow keys move, Enter opens`}
        aria-rowcount={matched + 1}
        aria-colcount={titles.length}
        aria-activedescendant={at >= from && at < to ? `device-${at}` : undefined}
        onKeyDown={onKeyDown}
      >
        <Head />
        <div class="rows-space" role="rowgroup" style={{ height: `${matched * place.rowHeight}px` }}>
          {indexes.map((index) => (
            <Row
              key={index}
              index={index}
              row={row(index)}
              isAt={index === at}
              top={index * place.rowHeight}
              nowMs={logTimeMs ?? 0}
              onPoint={() => setAt(index)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const titles = ['State', 'Device', 'Class', 'Newest windows', 'Over threshold', 'Model', 'Heard of'];

function Head() {
  return (
    <div class="head-rows" role="rowgroup">
      <div class="row is-head" role="row" aria-rowindex={1}>
        {titles.map((title) => (
          <span key={title} role="columnheader">
            {title}
          </span>
        ))}
      </div>
    </div>
  );
}

function useMeasured(
  box: { current: HTMLDivElement | null },
  setPlace: (place: { top: number; height: number; rowHeight: number }) => void,
): void {
  useEffect(() => {
    const scroller = box.current!;
    const measure = () => {
      const rowHeight = Number.parseFloat(getComputedStyle(scroller).getPropertyValue('--row')) || 46;
      setPlace({ top: scroller.scrollTop, height: scroller.clientHeight, rowHeight });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    scroller.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', measure);
    };
  }, []);
}

type RowProps = { index: number; row: FleetRow | undefined; isAt: boolean; top: number; nowMs: number; onPoint(): void };

function Row({ index, row, isAt, top, nowMs, onPoint }: RowProps) {
  const place = { transform: `translateY(${top}px)` };
  const common = { id: `device-${index}`, role: 'row', 'aria-rowindex': index + 2, 'aria-selected': isAt, style: place } as const;
  if (row === undefined)
    return (
      <div class="row is-waiting" {...common}>
        <span role="gridcell">…</span>
      </div>
    );
  const margin = row.score === null || row.threshold === null ? null : row.score - row.threshold;
  return (
    <div
      class={`row is-${row.state} ${row.severity === 'critical' ? 'is-critical' : ''} ${isAt ? 'is-at' : ''}`}
      {...common}
      onMouseDown={onPoint}
    >
      <span role="gridcell" class="cell-state">
        <StateGlyph
          state={row.state}
          severity={row.severity}
          share={row.supportWanted === 0 ? 0 : row.supportWindows / row.supportWanted}
        />
        <span class="state-name">{stateText(row)}</span>
        {row.severity === 'critical' && <span class="badge is-critical">critical</span>}
      </span>
      <span role="gridcell" class="cell-name">
        <a href={deviceHref(row.deviceId)} tabIndex={-1} title={row.deviceId}>
          {nameText(row.deviceId)}
        </a>
      </span>
      <span role="gridcell" class="cell-class">
        {row.deviceClass}
      </span>
      <span role="gridcell" class="cell-trace">
        <Trace trace={row.trace} />
        <span class="sr">{traceText(row)}</span>
      </span>
      <span role="gridcell" class={`cell-number ${margin !== null && margin > 0 ? 'is-over' : ''}`}>
        {margin === null ? '–' : `${margin > 0 ? '+' : '−'}${figure(Math.abs(margin))}`}
      </span>
      <span role="gridcell" class="cell-number cell-model">
        {row.modelVersion === 0 ? '–' : `v${row.modelVersion}`}
      </span>
      <span role="gridcell" class="cell-number cell-seen">
        {row.seenMs === null ? '–' : agoText(row.seenMs, nowMs)}
      </span>
    </div>
  );
}

function traceText({ trace }: FleetRow): string {
  const over = trace.filter((margin) => margin !== null && margin > 0).length;
  return `${over} of ${trace.length} over the threshold`;
}
