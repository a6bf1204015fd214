// A plan as Grafana wants it: rows of panels three abreast, numbers six abreast, one variable for the classes of machines.
import {
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as NumberBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { scorerMetrics } from '@tocsin/observability';
import type { DashboardPlan, PanelPlan } from './plan.ts';

/** As deploy/grafana/provisioning names it. */
const datasource = { type: 'prometheus', uid: 'prometheus' };
const columns = 24;
/** That of the Grafana in docker-compose.yml; newer ones read it, too. */
const schemaVersion = 41;

export function buildDashboard({ uid, title, about, rows }: DashboardPlan): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(about)
    .tags(['tocsin'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(classes());
  let id = 0;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title).id(++id));
    for (const panel of row.panels)
      builder.withPanel((panel.kind === 'number' ? numberPanel(panel) : linesPanel(panel)).id(++id));
  }
  return { ...builder.build(), schemaVersion };
}

function classes(): QueryVariableBuilder {
  const query = `label_values(${scorerMetrics.windows.name}, class)`;
  return new QueryVariableBuilder('class')
    .label('class')
    .datasource(datasource)
    .query(query)
    .refresh(VariableRefresh.OnDashboardLoad)
    .multi(true)
    .includeAll(true);
}

function numberPanel({ title, about, unit, lines }: PanelPlan): NumberBuilder {
  return new NumberBuilder()
    .title(title)
    .description(about)
    .datasource(datasource)
    .unit(unit)
    .height(4)
    .span(columns / 6)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .targets(lines.map(target));
}

function linesPanel({ title, about, unit, lines, kind }: PanelPlan): LinesBuilder {
  const isStacked = kind === 'stacked';
  const legend = new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([]);
  return new LinesBuilder()
    .title(title)
    .description(about)
    .datasource(datasource)
    .unit(unit)
    .height(8)
    .span(columns / 3)
    .fillOpacity(isStacked ? 40 : 5)
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None))
    .showPoints(VisibilityMode.Never)
    .legend(legend)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(lines.map(target));
}

function target({ query, name }: PanelPlan['lines'][number], i: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + i))
    .expr(query)
    .legendFormat(name);
}
