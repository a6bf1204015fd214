// One alert: where, what, how sure, why, and what people said of it.
import { nameText } from '@tocsin/schemas/words';
import type { AlertView } from '../../src/api/alerts-api.ts';
import { deviceHref } from '../live/route.ts';
import { useSettings } from '../live/settings.ts';
import { Contributions } from '../parts/contributions.tsx';
import { Audit, VerdictBar } from '../parts/verdict-bar.tsx';
import { chance, counted } from '../words/figures.ts';
import { changeText, featureText, peersText, withPeers } from '../words/features.ts';
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
            <a href={deviceHref(deviceId)}>{nameText(deviceId)}</a>
          </h2>
        )}
        {!isOnDevicePage && <span class="dim">{deviceClass}</span>}
        <span class="alert-when">
          {!isByFeatures(alert) && `${timeText(startMs, zone)} · `}
          {life === 'closed' ? `${endMs > startMs ? spanText(endMs - startMs) : 'one moment'} · ` : 'at least '}
          {counted(windows, 'window')}
        </span>
      </header>
      <p class="alert-what">
        {isByFeatures(alert) ? <Features alert={alert} since={timeText(startMs, zone)} /> : nameText(sentenceOf(alert))}
      </p>
      <p class="alert-facts">{factsOf(alert)}</p>
      {(isByFeatures(alert) || alert.guard === 'drift') && (
        <details class="why">
          <summary>Why</summary>
          <Contributions contributions={alert.contributions} most={8} />
          {alert.guard === null && <p class="hint">{nameText(alert.cause)}</p>}
        </details>
      )}
      <VerdictBar subject={{ deviceId, subjectId: alertId }} standing={standing} user={user} onSaid={onSaid} hasKeys={isAt} />
      <Audit labels={labels} />
    </article>
  );
}

/** Guards say what is wrong in their sentence. */
function isByFeatures({ guard, contributions }: AlertView): boolean {
  return guard === null && contributions.length > 0;
}

/** What is wrong: the features that made the score, and who else shifted. */
function Features({ alert, since }: { alert: AlertView; since: string }) {
  const named = alert.contributions.filter(({ share }, i) => i === 0 || share >= 0.1).slice(0, 2);
  const peers = peersText(alert);
  return (
    <>
      {named.map((each, i) => (
        <span key={each.feature}>
          {i > 0 && <span class="dim">, also </span>}
          {each.channel !== named[i - 1]?.channel && <span class="channel">{each.channel}</span>} {featureText(each)}{' '}
          <strong>{changeText(each)}</strong>
        </span>
      ))}
      <span class="dim"> since {since}</span>
      {peers !== null && <span class={alert.peers.shifted === 0 ? 'dim' : ''}>; {peers}</span>}
    </>
  );
}

/** As its record says it; one that only says that it is over has nothing to do with others. */
function sentenceOf(alert: AlertView): string {
  const { cause, deviceId, contributions } = alert;
  const said = cause.startsWith(`${deviceId}: `) ? sentence(cause.slice(deviceId.length + 2)) : cause;
  return contributions.length === 0 ? said : withPeers(said, peersText(alert));
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function factsOf({ guard, openings, swings, pValue, supportWindows, modelVersion, confidence }: AlertView): string {
  const sure = guard === null ? [`${chance(pValue)} of normal windows score so high`] : [];
  const known = guard === null ? [`known from ${counted(supportWindows, 'window')}, v${modelVersion}`] : [];
  const reserved =
    confidence === null || confidence === 'watching' ? [] : [confidence === 'provisional' ? 'provisional threshold' : confidence];
  const comings = guard === null ? comingsText({ openings, swings }) : [];
  return [...sure, ...comings, ...known, ...reserved].join(' · ');
}

/** An alert that is not one stretch of time; the sentence of a guard says it itself. */
function comingsText({ openings, swings }: Pick<AlertView, 'openings' | 'swings'>): string[] {
  return [
    ...(openings > 1 ? [`opened ${counted(openings, 'time')}`] : []),
    ...(swings > 0 ? [`came and went ${counted(swings, 'more time')}`] : []),
  ];
}
