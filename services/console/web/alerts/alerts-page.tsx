// Alerts, most urgent first, in groups that began together; answered without leaving the list or the keyboard.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { AlertGroup, AlertsPage as Answer, AlertView } from '../../src/api/alerts-api.ts';
import { queryOf } from '../live/ask-api.ts';
import { keepInAddress } from '../live/route.ts';
import { useLoad } from '../live/use-load.ts';
import { Problem, Waiting } from '../parts/notices.tsx';
import { count } from '../words/figures.ts';
import { AlertCard } from './alert-card.tsx';
import { useAlertKeys } from './alert-keys.ts';
import { FreshAnswerBar, type FreshAnswer } from './group-answers.tsx';
import { GroupHead } from './group-head.tsx';

const lives = [
  ['open', 'Open'],
  ['acknowledged', 'Acknowledged'],
  ['closed', 'Closed'],
] as const;
type Life = (typeof lives)[number][0];

/** What changes the list. */
const news = ['alert', 'incident', 'label', 'effect'] as const;

export function AlertsPage({ query, user }: { query: URLSearchParams; user: string | null }) {
  const [life, setLife] = useState<Life>(lives.find(([key]) => key === query.get('life'))?.[0] ?? 'open');
  const [q, setQ] = useState(query.get('q') ?? '');
  useEffect(() => keepInAddress('alerts', queryOf({ q, ...(life === 'open' ? {} : { life }) })), [life, q]);
  const { data, error, reload } = useLoad<Answer>(`api/alerts?${queryOf({ life, q, limit: 100 })}`, news);
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const ordered = useMemo(() => (data === null ? [] : inGroups(data, whole)), [data, whole]);
  const alerts = useMemo(() => ordered.flatMap(({ alerts: each }) => each), [ordered]);
  const { current, setAt } = useCurrent(alerts);
  const { said, fresh, failed, onSaid, setFailed } = useSaid(reload);
  useAlertKeys({ alerts, current, fresh, setAt, user, onSaid, onFailed: setFailed });

  return (
    <section class="page alerts" aria-labelledby="alerts-title">
      <div class="page-head">
        <h1 id="alerts-title">Alerts</h1>
        <p class="page-sum">{data === null ? ' ' : sumText(data)}</p>
      </div>
      <Filters life={life} q={q} counts={data?.counts ?? null} onLife={setLife} onSearch={setQ} />
      <p class="sr" role="status">
        {said ?? ''}
      </p>
      {fresh !== null && <FreshAnswerBar key={fresh.batchId} answer={fresh} user={user} onSaid={onSaid} />}
      {(error ?? failed) !== null && <Problem text={error ?? failed ?? ''} />}
      {data === null && error === null && <Waiting what="alerts" />}
      {data !== null && alerts.length === 0 && <NoAlerts life={life} isSearch={q !== ''} />}
      {ordered.map(({ group, alerts: each, hidden }) => (
        <div key={group.groupId} class="group">
          {hasHead(group) && <GroupHead group={group} asked={{ life, q }} user={user} onSaid={onSaid} />}
          {each.map((alert) => (
            <AlertCard
              key={alert.alertId}
              alert={alert}
              user={user}
              isAt={alert === current}
              onPoint={() => setAt(alert.alertId)}
              onSaid={() => onSaid(null)}
            />
          ))}
          {hidden > 0 && (
            <button type="button" class="plain group-more" onClick={() => setWhole(new Set([...whole, group.groupId]))}>
              Show {count(hidden)} more of them
            </button>
          )}
          {hidden === 0 && group.alerts > each.length && (
            <p class="hint">{count(group.alerts - each.length)} more of them are less urgent and not listed.</p>
          )}
        </div>
      ))}
      {data !== null && <Rest answer={data} />}
    </section>
  );
}

type FilterProps = {
  life: Life;
  q: string;
  counts: Answer['counts'] | null;
  onLife(life: Life): void;
  onSearch(text: string): void;
};

function Filters({ life, q, counts, onLife, onSearch }: FilterProps) {
  return (
    <div class="filters">
      <div class="tabs" role="group" aria-label="Which alerts">
        {lives.map(([key, name]) => (
          <button key={key} type="button" aria-pressed={life === key} onClick={() => onLife(key)}>
            {name} <span class="count">{counts === null ? '' : count(counts[key])}</span>
          </button>
        ))}
      </div>
      <label class="field is-search">
        <span class="sr">Search alerts</span>
        <input
          type="search"
          placeholder="Search alerts"
          value={q}
          maxLength={512}
          onInput={(event) => onSearch(event.currentTarget.value)}
        />
      </label>
    </div>
  );
}

/** What was said last, for those who cannot see the list change; what of it can be taken back; and what went wrong. */
function useSaid(reload: () => void) {
  const [said, setSaid] = useState<string | null>(null);
  const [fresh, setFresh] = useState<FreshAnswer | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const onSaid = useCallback(
    (text: string | null, answer: FreshAnswer | null = null) => {
      setSaid(text);
      setFresh(answer);
      setFailed(null);
      reload();
    },
    [reload],
  );
  return { said, fresh, failed, onSaid, setFailed };
}

function hasHead({ alerts, incident }: AlertGroup): boolean {
  return alerts > 1 || incident !== null;
}

function Rest({ answer: { matched, alerts } }: { answer: Answer }) {
  if (matched <= alerts.length) return null;
  return (
    <p class="hint">
      The {count(alerts.length)} most urgent of {count(matched)}. Search to see others.
    </p>
  );
}

function sumText({ counts: { open, acknowledged } }: Answer): string {
  if (open + acknowledged === 0) return 'Nothing is open.';
  return `${count(open)} without an answer, ${count(acknowledged)} answered and still going on`;
}

/** Of a large group so many are shown until somebody wants all. */
const shownOfGroup = 4;

type Shown = { group: AlertGroup; alerts: AlertView[]; hidden: number };

/** Alerts under their groups, in the order of the groups. */
function inGroups({ alerts, groups }: Answer, whole: ReadonlySet<string>): Shown[] {
  const byId = new Map(alerts.map((alert) => [alert.alertId, alert]));
  const rank = new Map(alerts.map(({ alertId }, i) => [alertId, i]));
  return groups.map((group) => {
    const all = group.alertIds
      .flatMap((id) => byId.get(id) ?? [])
      .sort((one, two) => rank.get(one.alertId)! - rank.get(two.alertId)!);
    const isWhole = whole.has(group.groupId) || all.length <= shownOfGroup + 1;
    const shown = isWhole ? all : all.slice(0, shownOfGroup);
    return { group, alerts: shown, hidden: all.length - shown.length };
  });
}

/**
 * The alert that keys speak of. It stays the same while it is listed, chosen or not, wherever the list moves it; where it has left the
 * list, the one that took its place.
 */
function useCurrent(alerts: readonly AlertView[]): { current: AlertView | undefined; setAt(alertId: string): void } {
  const [, redraw] = useState(0);
  const lit = useRef<{ alertId: string | null; place: number }>({ alertId: null, place: 0 });
  const found = alerts.findIndex(({ alertId }) => alertId === lit.current.alertId);
  if (found >= 0) lit.current.place = found;
  const current: AlertView | undefined = alerts[found >= 0 ? found : Math.min(lit.current.place, alerts.length - 1)];
  if (current !== undefined) lit.current.alertId = current.alertId;
  const setAt = (alertId: string) => {
    lit.current.alertId = alertId;
    redraw((times) => times + 1);
  };
  return { current, setAt };
}

function NoAlerts({ life, isSearch }: { life: Life; isSearch: boolean }) {
  if (isSearch) return <p class="empty">No alert is like that.</p>;
  const texts = {
    open: 'No alert waits for an answer.',
    acknowledged: 'No alert that was answered is still going on.',
    closed: 'No alert has closed yet, as far back as this console looks.',
  };
  return <p class="empty">{texts[life]}</p>;
}
