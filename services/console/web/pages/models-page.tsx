// Initialisations: which is in use, what stood behind publishing it, and what became of the others.
import type { ComponentChildren } from 'preact';
import type { HistoryPage, ModelsPage as Answer, ModelView } from '../../src/api/models-api.ts';
import { useSettings } from '../live/settings.ts';
import { useLoad } from '../live/use-load.ts';
import { Problem, Waiting } from '../parts/notices.tsx';
import { count, counted, figure } from '../words/figures.ts';
import { momentText } from '../words/times.ts';
import { GateChart } from '../charts/gate-chart.tsx';
import { HeldOutChart } from '../charts/held-out-chart.tsx';
import { VersionHistory } from './version-history.tsx';

export function ModelsPage({ user }: { user: string | null }) {
  const { data, error } = useLoad<Answer>('api/models', ['model', 'fleet']);
  const { data: past, error: pastError, reload } = useLoad<HistoryPage>('api/models/history', ['model']);
  return (
    <section class="page models" aria-labelledby="models-title">
      <div class="page-head">
        <h1 id="models-title">Models</h1>
        <p class="page-sum">One shared initialisation per class; devices that took no part choose how it is learnt.</p>
      </div>
      {error !== null && <Problem text={error} />}
      {error === null && pastError !== null && <Problem text={`What became of the versions cannot be told: ${pastError}`} />}
      {data === null && error === null && <Waiting what="initialisations" />}
      {data?.classes.length === 0 && <p class="empty">The configuration has no device classes.</p>}
      {data?.classes.map((each) => (
        <ClassPanel key={each.name} {...each}>
          {past?.classes
            .filter(({ deviceClass }) => deviceClass === each.name)
            .map((history) => (
              <VersionHistory key={history.deviceClass} history={history} user={user} onChanged={reload} />
            ))}
        </ClassPanel>
      ))}
    </section>
  );
}

function ClassPanel({ name, devices, versions, children }: Answer['classes'][number] & { children: ComponentChildren }) {
  const current = versions.find(({ stage }) => stage === 'current');
  return (
    <section class="panel" aria-label={`Class ${name}`}>
      <h2>
        {name} <span class="dim">{counted(devices, 'device')}</span>
      </h2>
      {current === undefined ? (
        <p class="empty">
          No initialisation yet: the trainer publishes the first one as soon as enough devices have sent enough windows.
        </p>
      ) : (
        <Current model={current} devices={devices} />
      )}
      <HeldOutChart versions={versions} />
      {versions.length > 0 && <Versions versions={versions} />}
      {children}
    </section>
  );
}

function Current({ model, devices }: { model: ModelView; devices: number }) {
  const { zone } = useSettings();
  return (
    <div class="model-current">
      <dl class="readout">
        {(
          [
            ['In use', `v${model.version}`],
            ['Held-out AUROC', figure(model.heldOut, 3)],
            ['Before', figure(model.previous, 3)],
            ['Learnt from', counted(model.devicesTrained, 'device')],
            ['Used by', `${count(model.devicesUsing)} of ${count(devices)}`],
            ['Published', momentText(model.createdAtMs, zone)],
          ] as const
        ).map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="verdict-text">
        <b>{model.algorithm}</b>, with {model.backend} in {figure(model.seconds, 1)} s. {model.verdict}.
      </p>
      {model.candidates.length > 0 && <GateChart model={model} />}
    </div>
  );
}

function Versions({ versions }: { versions: readonly ModelView[] }) {
  const { zone } = useSettings();
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Versions">
      <table class="figures">
        <thead>
          <tr>
            {['Version', 'Stage', 'Chosen', 'AUROC', 'Before', 'Devices', 'Windows', 'Used by', 'Published'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {versions.map((model) => (
            <tr key={model.version}>
              <th scope="row">v{model.version}</th>
              <td>
                {model.stage}
                {model.share !== null && ` (${Math.round(100 * model.share)} %)`}
              </td>
              <td>{model.algorithm}</td>
              <td>{figure(model.heldOut, 3)}</td>
              <td>{figure(model.previous, 3)}</td>
              <td>{count(model.devicesTrained)}</td>
              <td>{count(model.windows)}</td>
              <td>{count(model.devicesUsing)}</td>
              <td>{momentText(model.createdAtMs, zone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
