// One window in full: what made its score, channel by channel, its spectrum against what is expected, and its samples where kept.
import { useEffect, useState } from 'preact/hooks';
import type { DeviceDetail } from '../../src/api/fleet-api.ts';
import type { Likeness, WindowDetail } from '../../src/api/window-api.ts';
import { FeatureGrid } from '../charts/feature-grid.tsx';
import { SpectrumChart } from '../charts/spectrum-chart.tsx';
import { WaveformChart } from '../charts/waveform-chart.tsx';
import { useSettings } from '../live/settings.ts';
import { useLoad } from '../live/use-load.ts';
import { Contributions } from '../parts/contributions.tsx';
import { Problem, Waiting } from '../parts/notices.tsx';
import { VerdictBar } from '../parts/verdict-bar.tsx';
import { percent } from '../words/figures.ts';
import { flagText } from '../words/states.ts';
import { spanText, timeText } from '../words/times.ts';
import { FeatureTable } from './feature-table.tsx';

type Props = {
  deviceId: string;
  detail: DeviceDetail;
  windowId: string | null;
  choose: (windowId: string | null) => void;
  newestId: string | null;
  user: string | null;
  onSaid(): void;
};

/** The newest window is followed, a little slower than it comes. */
const followMs = 2000;

export function WindowPanel({ deviceId, detail, windowId, choose, newestId, user, onSaid }: Props) {
  const { zone } = useSettings();
  const followed = useSlowly(newestId, followMs);
  const id = windowId ?? followed;
  const query = new URLSearchParams({ device: deviceId, ...(id === null ? {} : { id }) });
  const { data: asked, error, isMissing } = useLoad<WindowDetail>(`api/window?${query.toString()}`, ['effect']);
  const data = useLast(asked);
  return (
    <section class="panel" aria-labelledby="window-title">
      <h2 id="window-title">
        {windowId === null ? 'Newest window' : 'Chosen window'}{' '}
        {data !== null && (
          <span class="dim">
            {timeText(data.startMs, zone)} · {spanText(data.endMs - data.startMs)}
            {data.coverage < 1 && ` · ${percent(data.coverage, 0)} of its samples arrived`}
            {data.flags.length > 0 && ` · ${data.flags.map((flag) => flagText[flag] ?? flag).join(', ')}`}
          </span>
        )}
      </h2>
      <KeptWindows detail={detail} windowId={windowId} choose={choose} />
      {error !== null && <Problem text={isMissing ? 'This window is not kept here any more.' : error} />}
      {data === null && error === null && <Waiting what="the window" />}
      {data?.problem != null && <p class="empty">{`There is no explanation: ${data.problem}.`}</p>}
      {data?.waveform != null && <WaveformChart waveform={data.waveform} />}
      {data !== null && data.features.length > 0 && <Explained data={data} detail={detail} />}
      {data !== null && windowId !== null && (
        <div class="window-verdict">
          <h3>What was this window?</h3>
          <VerdictBar
            subject={{ deviceId, subjectId: data.windowId }}
            standing={detail.labels.find(({ subjectId, stands }) => stands && subjectId === data.windowId) ?? null}
            user={user}
            onSaid={onSaid}
          />
        </div>
      )}
    </section>
  );
}

/** The windows whose samples were kept, one click away. */
function KeptWindows({ detail: { keptWindows, row }, windowId, choose }: Pick<Props, 'detail' | 'windowId' | 'choose'>) {
  const { zone } = useSettings();
  const aroundMs = row.endMs ?? Date.now();
  if (keptWindows.length === 0) return null;
  return (
    <div class="reasons" role="group" aria-label="Windows that opened an alert">
      <button type="button" aria-pressed={windowId === null} onClick={() => choose(null)}>
        newest
      </button>
      {keptWindows.map((kept) => (
        <button key={kept.windowId} type="button" aria-pressed={windowId === kept.windowId} onClick={() => choose(kept.windowId)}>
          opened an alert at {timeText(kept.startMs, zone, aroundMs)}
        </button>
      ))}
    </div>
  );
}

function Explained({ data, detail }: { data: WindowDetail; detail: DeviceDetail }) {
  const isVibration = detail.deviceClass?.kind === 'vibration';
  return (
    <>
      <h3>What made the score</h3>
      <Contributions contributions={data.features} most={6} />
      {data.nearest !== null && <Nearest nearest={data.nearest} />}
      <h3>{isVibration ? 'By channel and band' : 'By channel and statistic'}</h3>
      <FeatureGrid features={data.features} />
      {isVibration && (
        <>
          <h3>Spectrum against what is normal for this device</h3>
          <SpectrumChart features={data.features} />
        </>
      )}
      <FeatureTable features={data.features} />
      <p class="hint">{data.explainedBy === null ? '' : `Expected by ${data.explainedBy}, as it is now.`}</p>
    </>
  );
}

/** The incident that people confirmed and that this is most like. */
function Nearest({ nearest: { startMs, distance, who, note } }: { nearest: Likeness }) {
  const { zone } = useSettings();
  return (
    <p class="nearest">
      Most like the incident {startMs === null ? 'of an earlier time' : `of ${timeText(startMs, zone)}`}
      {who !== null && `, which ${who} called real`}
      {note !== null && (
        <>
          : <q>{note}</q>
        </>
      )}{' '}
      <span class="dim">({distance.toFixed(1)} deviations apart)</span>
    </p>
  );
}

/** The newest value, no more often than every `everyMs`. */
function useSlowly<T>(value: T, everyMs: number): T {
  const [slow, setSlow] = useState(value);
  const [changedMs, setChangedMs] = useState(0);
  useEffect(() => {
    if (value === slow) return;
    const timer = setTimeout(
      () => {
        setSlow(value);
        setChangedMs(Date.now());
      },
      Math.max(0, changedMs + everyMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [value, slow]);
  return slow;
}

/** What was shown last stays while something else is asked for. */
function useLast<T>(value: T | null): T | null {
  const [last, setLast] = useState(value);
  useEffect(() => {
    if (value !== null) setLast(value);
  }, [value]);
  return value ?? last;
}
