// A plan as Grafana wants it: rows of panels three or four abreast, numbers six abreast; variables for the Prometheus that is asked and for
// the classes of machines; links to the other dashboards; marks where alerts about Tocsin fired.
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  type AnnotationQuery,
  type Dashboard,
  type DashboardLink,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { scorerMetrics } from '@tocsin/observability';
import { linesPanel, numberPanel } from './build-panel.ts';
import type { DashboardPlan, PanelPlan } from './plan.ts';

/** Chosen at the top of the page: what a Grafana calls its Prometheus is nobody's business here. */
const datasource = { type: 'prometheus', uid: '${datasource}' };
/** That of the Grafana in docker-compose.yml; newer ones read it, too. */
const schemaVersion = 41;
const tag = 'tocsin';

export function buildDashboard({ uid, title, about, rows }: DashboardPlan): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(about)
    .tags([tag])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder('datasource')
        .label('Prometheus')
        .type('prometheus')
        .current(option('Prometheus', 'prometheus')),
    )
    .withVariable(classes());
  let id = 0;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title).id(++id));
    const span = row.panels.length % 3 !== 0 && row.panels.length % 4 === 0 ? 6 : 8;
    for (const panel of row.panels) builder.withPanel(panelOf(panel, span).datasource(datasource).id(++id));
  }
  return { ...builder.build(), links: [others], annotations: { list: [firing] }, schemaVersion };
}

const panelOf = (panel: PanelPlan, span: number) =>
  panel.kind === undefined || panel.kind === 'stacked' ? linesPanel(panel, span) : numberPanel(panel);

/** All of them may be none yet, where nothing has been scored. */
function classes(): QueryVariableBuilder {
  return new QueryVariableBuilder('class')
    .label('Class')
    .datasource(datasource)
    .query(`label_values(${scorerMetrics.windows.name}, class)`)
    .current(option(['All'], ['$__all']))
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.+');
}

/** Grafanas before 12 want something to be chosen. */
const option = <T extends string | string[]>(text: T, value: T) => ({ selected: true, text, value });

const others: DashboardLink = {
  title: 'Tocsin',
  type: DashboardLinkType.Dashboards,
  icon: '',
  tooltip: '',
  tags: [tag],
  asDropdown: false,
  targetBlank: false,
  includeVars: true,
  keepTime: true,
};

const firing: AnnotationQuery = {
  name: 'Alerts about Tocsin',
  datasource,
  enable: true,
  iconColor: 'red',
  expr: 'ALERTS{alertname=~"Tocsin.*", alertstate="firing"}',
  step: '30s',
  titleFormat: '{{alertname}}',
  tagKeys: 'severity,instance,service,class,topic,sink',
};
