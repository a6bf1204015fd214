// One panel of a plan as Grafana wants it.
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
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
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as NumberBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { PanelPlan } from './plan.ts';

/** Grafana's names; the rest has the same. `count:` puts what follows it behind the number. */
const units: Partial<Record<PanelPlan['unit'], string>> = { count: 'locale', rate: 'count:/s' };

/** How far an axis goes at least: where all is 0, Grafana would draw it up to 100, and a share up to 10,000%. */
const leastTops: Record<PanelPlan['unit'], number> = {
  s: 0.001,
  count: 1,
  rate: 0.1,
  short: 0.1,
  bytes: 1024 * 1024,
  percentunit: 0.01,
};

const isName = ({ kind }: PanelPlan): boolean => kind === 'words' || kind === 'list';

/** Without steps it is blue: Grafana's own would make everything from 80 on red. */
export function numberPanel(plan: PanelPlan): NumberBuilder {
  const { steps, kind } = plan;
  const panel = new NumberBuilder()
    .height(kind === 'list' ? 3 : 4)
    .span(kind === 'list' ? 24 : 4)
    .colorMode(BigValueColorMode.Value)
    .graphMode(isName(plan) ? BigValueGraphMode.None : BigValueGraphMode.Area)
    .textMode(isName(plan) ? BigValueTextMode.Name : BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
  if (steps === undefined) panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('blue'));
  else {
    const colours = steps.map(({ from, colour }, i) => ({ value: i === 0 ? null : from, color: colour }));
    panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(colours));
    panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
  }
  return withWhatAllHave(panel, plan);
}

export function linesPanel(plan: PanelPlan, span: number): LinesBuilder {
  const isStacked = plan.kind === 'stacked';
  const legend = new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([]);
  const panel = new LinesBuilder()
    .height(8)
    .span(span)
    .fillOpacity(isStacked ? 40 : 0)
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None).group('A'))
    .showPoints(VisibilityMode.Auto)
    .legend(legend)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (plan.axis !== 'fitted') {
    panel.axisSoftMin(0);
    panel.axisSoftMax(plan.axis === 'whole' ? 1 : leastTops[plan.unit]);
  }
  for (const [name, colour] of Object.entries(plan.colours ?? {}))
    panel.overrideByRegexp(`/(^| )${name}$/`, [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }]);
  return withWhatAllHave(panel, plan);
}

function withWhatAllHave<B extends NumberBuilder | LinesBuilder>(panel: B, plan: PanelPlan): B {
  const { title, about, unit, lines, mayBeEmpty } = plan;
  const targets = lines.map(target);
  // What was there a moment ago is not there now.
  if (isName(plan)) for (const each of targets) each.instant();
  panel
    .title(title)
    .description(about)
    .unit(units[unit] ?? unit)
    .targets(targets);
  if (unit === 'count') panel.decimals(0);
  if (mayBeEmpty !== undefined) panel.noValue(mayBeEmpty.charAt(0).toUpperCase() + mayBeEmpty.slice(1));
  return panel;
}

function target({ query, name }: PanelPlan['lines'][number], i: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + i))
    .expr(query)
    .legendFormat(name);
}
