// The frame of the page: where one is, where else one can go, and whether what is shown is live.
import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useRef, useState } from 'preact/hooks';
import { shortName } from '@tocsin/schemas/words';
import type { About } from '../src/api/about-api.ts';
import type { AlertsPage as AlertsAnswer } from '../src/api/alerts-api.ts';
import { AlertsPage } from './alerts/alerts-page.tsx';
import { DevicePage } from './device/device-page.tsx';
import { FleetPage } from './fleet/fleet-page.tsx';
import { startNews, useConnection, useStanding, watchDevice } from './live/live-news.ts';
import { useRoute, type Route } from './live/route.ts';
import { choose, useSettings } from './live/settings.ts';
import { useLoad } from './live/use-load.ts';
import { ModelsPage } from './pages/models-page.tsx';
import { QualityPage } from './pages/quality-page.tsx';
import { ConfirmDialog } from './parts/confirm-dialog.tsx';
import { HelpDialog } from './parts/help-dialog.tsx';
import { NameDialog } from './parts/name-dialog.tsx';
import { Problem } from './parts/notices.tsx';
import { zoneName } from './words/times.ts';

const tabs = [
  ['fleet', 'Fleet'],
  ['alerts', 'Alerts'],
  ['models', 'Models'],
  ['quality', 'Data quality'],
] as const;

export function App() {
  const route = useRoute();
  const { data: about } = useLoad<About>('api/about', []);
  useEffect(startNews, []);
  useEffect(() => watchDevice(route.page === 'device' ? route.device : null), [route.page, route.device]);
  useEffect(() => void (document.title = titleOf(route)), [route]);
  useFocusOnPage(`${route.page} ${route.device}`);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>
        Skip to content
      </a>
      <Header route={route} />
      <main id="main" tabIndex={-1}>
        <Standing />
        <Guarded key={`${route.page} ${route.device}`}>
          <Content route={route} about={about} />
        </Guarded>
      </main>
      <NameDialog />
      <ConfirmDialog />
    </>
  );
}

/** Who goes on to another page goes on from its beginning, with a keyboard or by ear. */
function useFocusOnPage(page: string): void {
  const last = useRef(page);
  useEffect(() => {
    if (last.current !== page) document.getElementById('main')?.focus({ preventScroll: true });
    last.current = page;
  }, [page]);
}

/** What people should know before they believe what they see. */
function Standing() {
  const standing = useStanding();
  return (
    <div class="standing" role="status">
      {standing !== null && <p>{standing}</p>}
    </div>
  );
}

/** What cannot be drawn is said; the other pages can still be gone to. */
function Guarded({ children }: { children: ComponentChildren }) {
  const [error] = useErrorBoundary((thrown: unknown) => reportError(thrown));
  if (error === undefined) return <>{children}</>;
  return (
    <section class="page">
      <Problem
        text={`This page cannot be drawn: ${error instanceof Error ? error.message : String(error)}. Load it again; if that does not help, tell whoever runs Tocsin.`}
      />
    </section>
  );
}

function Content({ route, about }: { route: Route; about: About | null }) {
  const user = about?.user ?? null;
  switch (route.page) {
    case 'alerts':
      return <AlertsPage key={route.query.toString()} query={route.query} user={user} />;
    case 'device':
      if (route.device === '') return <FleetPage route={route} />;
      return <DevicePage key={route.device} deviceId={route.device} windowId={route.query.get('window')} user={user} />;
    case 'models':
      return <ModelsPage user={user} />;
    case 'quality':
      return <QualityPage user={user} />;
    default:
      return <FleetPage key={route.query.toString()} route={route} />;
  }
}

function titleOf({ page, device }: Route): string {
  const name = page === 'device' ? shortName(device, 60) : (tabs.find(([key]) => key === page)?.[1] ?? 'Fleet');
  return `${name} · Tocsin`;
}

function Header({ route }: { route: Route }) {
  const { zone } = useSettings();
  const [isHelp, setHelp] = useState(false);
  const { data } = useLoad<AlertsAnswer>('api/alerts?life=open&limit=1', ['alert', 'label']);
  const open = data?.counts.open ?? 0;
  return (
    <header class="top">
      <a class="mark" href="#/fleet">
        <svg viewBox="0 0 28 20" aria-hidden="true">
          <path d="M1 12h5l2.5-7 4 13 4.5-16 3 10h7" />
        </svg>
        Tocsin
      </a>
      <nav aria-label="Pages">
        {tabs.map(([page, name]) => (
          <a
            key={page}
            href={`#/${page}`}
            aria-current={route.page === page || (page === 'fleet' && route.page === 'device') ? 'page' : undefined}
          >
            {name}
            {page === 'alerts' && open > 0 && (
              <span class="count">
                {open}
                <span class="sr"> open</span>
              </span>
            )}
          </a>
        ))}
      </nav>
      <div class="top-end">
        <Lamp />
        <button
          type="button"
          class="plain"
          title="Time zone of everything shown"
          onClick={() => choose({ zone: zone === 'utc' ? 'local' : 'utc' })}
        >
          <span class="sr">Time zone: </span>
          {zoneName(zone)}
        </button>
        <button type="button" class="plain" aria-label="Help and settings" onClick={() => setHelp(true)}>
          ?
        </button>
      </div>
      {isHelp && <HelpDialog onEnd={() => setHelp(false)} />}
    </header>
  );
}

const lampText = { connecting: 'connecting', live: 'live', lost: 'no connection' } as const;

function Lamp() {
  const connection = useConnection();
  return (
    <span class={`lamp is-${connection}`} role="status">
      <span class="lamp-light" aria-hidden="true" />
      {lampText[connection]}
    </span>
  );
}
