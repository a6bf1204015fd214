// One device: what it did, why a window stood out, what it has learnt, and what people said of it.
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { nameText } from '@tocsin/schemas/words';
import type { AlertView } from '../../src/api/alerts-api.ts';
import type { DeviceDetail, Series } from '../../src/api/fleet-api.ts';
import { AlertCard } from '../alerts/alert-card.tsx';
import { StateGlyph } from '../fleet/state-glyph.tsx';
import { onNews, type News } from '../live/live-news.ts';
import { keepInAddress } from '../live/route.ts';
import { useSettings } from '../live/settings.ts';
import { useLoad } from '../live/use-load.ts';
import { Problem, Waiting } from '../parts/notices.tsx';
import { chance, count, counted, figure } from '../words/figures.ts';
import { stateMeaning, stateText } from '../words/states.ts';
import { rateText, timeText } from '../words/times.ts';
import { DeviceMemoryPanel } from './memory-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { joinSeries } from './join-series.ts';
import { ScorePanel } from './score-panel.tsx';
import { WindowPanel } from './window-panel.tsx';

type Props = { deviceId: string; windowId: string | null; user: string | null };

export function DevicePage({ deviceId, windowId, user }: Props) {
  const path = `api/device?${new URLSearchParams({ id: deviceId }).toString()}`;
  const isItsOwn = ({ deviceId: other = deviceId }: News) => other === deviceId;
  const { data, error, isMissing, reload } = useLoad<DeviceDetail>(path, ['label', 'effect', 'alert', 'model'], isItsOwn);
  const series = useLiveSeries(deviceId, data?.series ?? null, reload);
  const [chosen, setChosen] = useState(windowId);
  useEffect(
    () =>
      keepInAddress('device', new URLSearchParams({ id: deviceId, ...(chosen === null ? {} : { window: chosen }) }).toString()),
    [deviceId, chosen],
  );
  if (data === null || series === null) return <NotYet deviceId={deviceId} error={isMissing ? unknownText : error} />;
  const open = data.alerts.filter(({ life }) => life !== 'closed');
  const past = data.alerts.filter(({ life }) => life === 'closed');
  return (
    <section class="page device" aria-labelledby="device-title">
      <DeviceHead detail={data} series={series} />
      {error !== null && <Problem text={error} />}
      {open.map((alert) => (
        <AlertCard
          key={alert.alertId}
          alert={alert}
          user={user}
          isAt={false}
          onPoint={() => undefined}
          onSaid={reload}
          isOnDevicePage
        />
      ))}
      <div class="device-columns">
        <div class="device-main">
          <ScorePanel series={series} alerts={data.alerts} chosen={chosen} choose={setChosen} />
          {series.windowId.length > 0 && (
            <WindowPanel
              deviceId={deviceId}
              detail={data}
              windowId={chosen}
              choose={setChosen}
              newestId={series.windowId.at(-1) ?? null}
              user={user}
              onSaid={reload}
            />
          )}
        </div>
        <div class="device-side">
          <DeviceMemoryPanel detail={data} user={user} onSaid={reload} />
          <HistoryPanel history={data.history} labels={data.labels} aroundMs={series.endMs.at(-1) ?? Date.now()} />
          {past.length > 0 && <PastAlerts alerts={past} known={data.alertsKnown - open.length} user={user} onSaid={reload} />}
        </div>
      </div>
    </section>
  );
}

/** Of what has closed so much is shown. */
const pastShown = 10;

type PastProps = { alerts: readonly AlertView[]; known: number; user: string | null; onSaid(): void };

function PastAlerts({ alerts, known, user, onSaid }: PastProps) {
  const others = new URLSearchParams({ life: 'closed', q: alerts[0].deviceId });
  return (
    <section class="panel" aria-labelledby="past-title">
      <h2 id="past-title">Closed alerts</h2>
      {alerts.slice(0, pastShown).map((alert) => (
        <AlertCard
          key={alert.alertId}
          alert={alert}
          user={user}
          isAt={false}
          onPoint={() => undefined}
          onSaid={onSaid}
          isOnDevicePage
        />
      ))}
      {known > pastShown && (
        <p class="hint">
          The newest {pastShown} of {count(known)}. <a href={`#/alerts?${others.toString()}`}>Others are under Alerts</a>.
        </p>
      )}
    </section>
  );
}

const unknownText =
  'No device of this name has sent anything, as far back as this console looks. It is shown as soon as it does; check its spelling, capitals count.';

function NotYet({ deviceId, error }: { deviceId: string; error: string | null }) {
  return (
    <section class="page device" aria-labelledby="device-title">
      <h1 id="device-title" class="device-name">
        {nameText(deviceId)}
      </h1>
      {error === null ? <Waiting what="the device" /> : <Problem text={error} />}
      <p>
        <a href="#/fleet">All devices</a>
      </p>
    </section>
  );
}

/** The series as it was loaded, with what has come since. */
function useLiveSeries(deviceId: string, loaded: Series | null, reload: () => void): Series | null {
  const [live, setLive] = useState<Series | null>(null);
  useEffect(() => setLive(null), [deviceId]);
  const onWindows = useCallback((more: Series) => setLive((before) => (before === null ? more : joinSeries(before, more))), []);
  useEffect(() => {
    // What the device remembers changes with its windows; once in a while is enough.
    let lastMs = Date.now();
    return onNews((type, data) => {
      if (type !== 'windows' || data['deviceId'] !== deviceId) return;
      onWindows(data['series'] as Series);
      if (Date.now() - lastMs < 5000) return;
      lastMs = Date.now();
      reload();
    });
  }, [deviceId, onWindows, reload]);
  return useMemo(() => (loaded === null ? null : live === null ? loaded : joinSeries(loaded, live)), [loaded, live]);
}

function DeviceHead({ detail: { row, deviceClass }, series }: { detail: DeviceDetail; series: Series }) {
  const { zone } = useSettings();
  const at = series.endMs.length - 1;
  const [score, threshold] = [series.score[at] ?? null, series.threshold[at] ?? null];
  const facts: [string, string][] = [
    ['Score', figure(score)],
    ['Threshold', figure(threshold)],
    ['Chance of that if normal', chance(series.pValue[at] ?? null)],
    [
      'Own windows',
      row.supportWindows < row.supportWanted ? `${row.supportWindows} of ${row.supportWanted}` : String(row.supportWindows),
    ],
    ['Initialisation', row.modelVersion === 0 ? 'none yet' : `v${row.modelVersion}`],
    ['Newest window ends', at < 0 ? '–' : timeText(series.endMs[at], zone)],
  ];
  return (
    <>
      <div class="page-head">
        <h1 id="device-title" class="device-name">
          {nameText(row.deviceId)}
        </h1>
        <p class="page-sum">
          <span
            class={`state is-${row.state} ${row.severity === 'critical' ? 'is-critical' : ''}`}
            title={stateMeaning[row.state]}
          >
            <StateGlyph
              state={row.state}
              severity={row.severity}
              share={row.supportWanted === 0 ? 0 : row.supportWindows / row.supportWanted}
            />{' '}
            {stateText(row)}
          </span>
          <span class="dim">
            {row.deviceClass}
            {deviceClass !== null && ` · ${counted(deviceClass.channels.length, 'channel')}, ${rateText(deviceClass.rateHz)}`}
          </span>
        </p>
      </div>
      <dl class="readout">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={name === 'Score' && score !== null && threshold !== null && score > threshold ? 'is-over' : ''}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
