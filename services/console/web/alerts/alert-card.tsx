// One alert: where, what, how sure, why, and what people said of it.
import type { AlertView } from '../../src/api/alerts-api.ts';
import { deviceHref } from '../live/route.ts';
import { useSettings } from '../live/settings.ts';
import { Contributions } from '../parts/contributions.tsx';
import { Audit, VerdictBar } from '../parts/verdict-bar.tsx';
import { chance, count, counted } from '../words/figures.ts';
import { changeText, featureText } from '../words/features.ts';
import { guardText } from '../words/states.ts';
import { spanText, timeText } from '../words/times.ts';

type Props = { alert: AlertView; user: string | null; isAt: boolean; onPoint(): void; onSaid(): void; isOnDevicePage?: boolean };

export function AlertCard({ alert, user, isAt, onPoint, onSaid, isOnDevicePage = false }: Props) {
  const { zone } = useSettings();
  const { alertId, deviceId, deviceClass, severity, life, startMs, endMs, windows, standing, labels } = alert;
  return (
    <article
      id={`alert-${alertId}`}
      class={`alert is-${life} is-${severity} ${isAt ? 'is-at' : ''}`}
      tabIndex={isOnDevicePage ? -1 : 0}
      aria-label={`${severity} alert of ${deviceId}`}
      onFocus={onPoint}
      onMouseDown={onPoint}
    >
      <header class="alert-head">
        <span class={`badge is-${life === 'closed' ? 'closed' : severity}`}>{life === 'closed' ? 'closed' : severity}</span>
        {alert.guard !== null && <span class="badge is-quiet">{guardText[alert.guard]}</span>}
        {alert.isHeld && (
          <span class="badge is-quiet" title="nothing more is said of it until the work is over">
            planned work
          </span>
        )}
        {alert.swings > 0 && <span class="badge is-quiet">comes and goes</span>}
        {isOnDevicePage ? null : (
          <h2 class="alert-name">
            <a href={deviceHref(deviceId)}>{deviceId}</a>
          </h2>
        )}
        {!isOnDevicePage && <span class="dim">{deviceClass}</span>}
        <span class="alert-when">
          {alert.contributions.length === 0 && `${timeText(startMs, zone)} · `}
          {endMs > startMs ? spanText(endMs - startMs) : 'one moment'} · {counted(windows, 'window')}
        </span>
      </header>
      <p class="alert-what">
        {headline(alert)}
        {alert.contributions.length > 0 && <span class="dim"> since {timeText(startMs, zone)}</span>}
      </p>
      <p class="alert-facts">{factsOf(alert)}</p>
      {alert.contributions.length > 0 && (
        <details class="why">
          <summary>Why</summary>
          <Contributions contributions={alert.contributions} most={8} />
          <p class="hint">{alert.cause}</p>
        </details>
      )}
      <VerdictBar subject={{ deviceId, subjectId: alertId }} standing={standing} user={user} onSaid={onSaid} hasKeys={isAt} />
      <Audit labels={labels} />
    </article>
  );
}

/** What is wrong, in one sentence; what its record says where there is nothing to say it from. */
function headline({ contributions, cause, deviceId }: AlertView) {
  const named = contributions.filter(({ share }, i) => i === 0 || share >= 0.1).slice(0, 2);
  if (named.length === 0) return cause.startsWith(`${deviceId}: `) ? sentence(cause.slice(deviceId.length + 2)) : cause;
  return named.map((each, i) => (
    <span key={each.feature}>
      {i > 0 && <span class="dim">, also </span>}
      <span class="channel">{each.channel}</span> {featureText(each)} <strong>{changeText(each)}</strong>
    </span>
  ));
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function factsOf({ guard, openings, swings, pValue, peers, supportWindows, modelVersion, confidence }: AlertView): string {
  const sure = guard === null ? [`${chance(pValue)} of normal windows score so high`] : [];
  const known = guard === null ? [`known from ${counted(supportWindows, 'window')}, v${modelVersion}`] : [];
  const reserved =
    confidence === null || confidence === 'watching' ? [] : [confidence === 'provisional' ? 'provisional threshold' : confidence];
  const others =
    peers.of === 0
      ? []
      : [
          peers.shifted === 0
            ? `none of its ${count(peers.of)} peers shifted`
            : `${count(peers.shifted)} of ${count(peers.of)} peers shifted too`,
        ];
  const comings = guard === null ? comingsText({ openings, swings }) : [];
  return [...sure, ...others, ...comings, ...known, ...reserved].join(' · ');
}

/** An alert that is not one stretch of time; the sentence of a guard says it itself. */
function comingsText({ openings, swings }: Pick<AlertView, 'openings' | 'swings'>): string[] {
  return [
    ...(openings > 1 ? [`opened ${counted(openings, 'time')}`] : []),
    ...(swings > 0 ? [`came and went ${counted(swings, 'more time')}`] : []),
  ];
}
