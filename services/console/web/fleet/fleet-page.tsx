// The fleet: how many devices are in which state, and all of them as a list of any length.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { DeviceStanding, FleetPage as Page } from '../../src/api/fleet-api.ts';
import { deviceStates } from '../../src/api/words.ts';
import { queryOf } from '../live/ask-api.ts';
import { keepInAddress, type Route } from '../live/route.ts';
import { Problem, Waiting } from '../parts/notices.tsx';
import { count } from '../words/figures.ts';
import { stateMeaning } from '../words/states.ts';
import { spanText } from '../words/times.ts';
import { FleetTable } from './fleet-table.tsx';
import { StateGlyph } from './state-glyph.tsx';
import { useFleetRows } from './use-fleet-rows.ts';

type Wish = { state: DeviceStanding | undefined; class: string | undefined; q: string; sort: string; order: string };

const sorts = [
  ['urgency', 'Most urgent'],
  ['device', 'Name'],
  ['class', 'Class'],
  ['margin', 'Score over threshold'],
  ['support', 'Windows learnt'],
  ['model', 'Model version'],
  ['seen', 'Last heard of'],
] as const;

const usual = { sort: 'urgency', order: 'usual' } as const;

function wishOf(query: URLSearchParams): Wish {
  return {
    state: deviceStates.find((state) => state === query.get('state')),
    class: query.get('class') ?? undefined,
    q: query.get('q') ?? '',
    sort: sorts.find(([key]) => key === query.get('sort'))?.[0] ?? usual.sort,
    order: query.get('order') === 'reverse' ? 'reverse' : usual.order,
  };
}

/** What is not as usual. */
function addressOf({ sort, order, ...rest }: Wish): string {
  return queryOf({
    ...rest,
    ...(sort === usual.sort ? {} : { sort }),
    ...(order === usual.order ? {} : { order }),
  });
}

export function FleetPage({ route }: { route: Route }) {
  const [wish, setWish] = useState(() => wishOf(route.query));
  const [visible, setVisible] = useState({ from: 0, to: 60 });
  const query = useMemo(() => queryOf(wish), [wish]);
  const { page, error, row } = useFleetRows(query, visible.from, visible.to);
  const change = (part: Partial<Wish>) => setWish((before) => ({ ...before, ...part }));
  useEffect(() => keepInAddress('fleet', addressOf(wish)), [wish]);
  return (
    <section class="page fleet" aria-labelledby="fleet-title">
      <div class="page-head">
        <h1 id="fleet-title">Fleet</h1>
        <p class="page-sum">{page === null ? ' ' : sumText(page)}</p>
        {page !== null && <Age page={page} />}
      </div>
      <StateFilter page={page} chosen={wish.state} choose={(state) => change({ state })} />
      <Filters wish={wish} change={change} page={page} />
      {error !== null && <Problem text={error} />}
      {page === null && error === null && <Waiting what="the fleet" />}
      {page !== null && page.matched === 0 && <NoDevices page={page} />}
      {page !== null && page.matched > 0 && (
        <FleetTable key={query} wish={query} matched={page.matched} row={row} logTimeMs={page.logTimeMs} onVisible={setVisible} />
      )}
    </section>
  );
}

function sumText({ total, byClass }: Page): string {
  const classes = Object.keys(byClass).length;
  return `${count(total)} device${total === 1 ? '' : 's'} of ${count(classes)} class${classes === 1 ? '' : 'es'}`;
}

/** So long nothing at all has come that it is worth a word. */
const quietMs = 60_000;
const lookEveryMs = 5000;

/** How old the newest of all is, where that is more than a minute: times in the list are counted from it. */
function Age({ page: { logTimeMs, nowMs } }: { page: Page }) {
  const [passedMs, setPassed] = useState(0);
  useEffect(() => {
    const startedMs = Date.now();
    setPassed(0);
    const timer = setInterval(() => setPassed(Date.now() - startedMs), lookEveryMs);
    return () => clearInterval(timer);
  }, [logTimeMs, nowMs]);
  const ageMs = logTimeMs === null ? 0 : nowMs + passedMs - logTimeMs;
  return ageMs < quietMs ? null : <p class="page-age">No window has come for {spanText(ageMs)}.</p>;
}

function StateFilter({
  page,
  chosen,
  choose,
}: {
  page: Page | null;
  chosen: DeviceStanding | undefined;
  choose(state: DeviceStanding | undefined): void;
}) {
  return (
    <div class="tally" role="group" aria-label="Filter by state">
      {deviceStates.map((state) => {
        const devices = page?.byState[state] ?? 0;
        return (
          <button
            key={state}
            type="button"
            class={`tally-cell is-${state} ${devices === 0 ? 'is-none' : ''}`}
            aria-pressed={chosen === state}
            title={stateMeaning[state]}
            onClick={() => choose(chosen === state ? undefined : state)}
          >
            <span class="tally-count">{count(devices)}</span>
            <span class="tally-name">
              <StateGlyph state={state} share={0.6} />
              {state}
            </span>
          </button>
        );
      })}
    </div>
  );
}

function Filters({ wish, change, page }: { wish: Wish; change(part: Partial<Wish>): void; page: Page | null }) {
  const [text, setText] = useState(wish.q);
  useEffect(() => {
    const timer = setTimeout(() => text !== wish.q && change({ q: text }), 180);
    return () => clearTimeout(timer);
  }, [text]);
  const classes = Object.entries(page?.byClass ?? {}).sort(([one], [two]) => (one < two ? -1 : 1));
  return (
    <div class="filters">
      <label class="field is-search">
        <span class="sr">Search devices</span>
        <input
          type="search"
          id="search"
          placeholder="Search devices"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          maxLength={512}
        />
      </label>
      <label class="field">
        <span class="field-name">Class</span>
        <select value={wish.class ?? ''} onChange={(event) => change({ class: event.currentTarget.value || undefined })}>
          <option value="">All classes</option>
          {classes.map(([name, devices]) => (
            <option key={name} value={name}>
              {name} ({count(devices)})
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-name">Sort by</span>
        <select value={wish.sort} onChange={(event) => change({ sort: event.currentTarget.value })}>
          {sorts.map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="plain"
        aria-pressed={wish.order === 'reverse'}
        onClick={() => change({ order: wish.order === 'usual' ? 'reverse' : 'usual' })}
      >
        Reverse
      </button>
    </div>
  );
}

function NoDevices({ page }: { page: Page }) {
  if (page.total > 0) return <p class="empty">No device is like that. Change the search or the filters above.</p>;
  return (
    <div class="empty">
      <p>No device has been heard of yet.</p>
      <p class="hint">
        Devices appear with their first window. Where none come, <code>tocsin doctor</code> says what is missing between them and
        here.
      </p>
    </div>
  );
}
