// The picture of an evaluation: figures over the number of windows seen, first over all sets, then set by set. Light and dark. Pure.
import { curveLines, type Line } from './curve-lines.ts';
import { panelSvg, type Panel } from './curve-panel.ts';
import { macroSets, type EvaluationReport } from './evaluation-report.ts';
import { shownLearners } from './featured.ts';

const width = 1000;
const margin = 46;
/** Distinguishable on white and on black: after Okabe & Ito, Color Universal Design, 2008. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b'];

const style = `
text { font-family: system-ui, sans-serif; font-size: 11px; fill: #333 }
.name { font-size: 12px; font-weight: 600 }
.head { font-size: 16px; font-weight: 600 }
.tick { font-size: 9px; fill: #777 }
.grid { stroke: #ddd; stroke-width: .7; fill: none }
.goal { stroke: #c33; stroke-width: 1; stroke-dasharray: 3 3; fill: none }
.bar { stroke: #444; stroke-width: 1.8; stroke-dasharray: 5 3; fill: none }
.learned { stroke-width: 1.5; fill: none; stroke-linejoin: round }
.m0 { stroke-width: 2.8 }
.paper { fill: #fff }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .tick { fill: #999 } .grid { stroke: #333 } .bar { stroke: #ccc } .m0 { stroke: #4da6e8 } .m0.dot { fill: #4da6e8 } .paper { fill: #111 }
}
`;

type Shape = { panelWidth: number; panelHeight: number; gap: number };

const large: Shape = { panelWidth: 262, panelHeight: 170, gap: 58 };
const small: Shape = { panelWidth: 116, panelHeight: 72, gap: 40 };
const rowHeight = small.panelHeight + 56;

/** An SVG document. Dashed: the best detector from scratch at each number of windows; colours: learners, the featured one broad. */
export function curveSvg(report: EvaluationReport): string {
  const learned = shownLearners(report);
  const classOf = (line: Line): string => (line.kind === 'learned' ? `learned m${learned.indexOf(line.name)}` : line.kind);
  const top = 92;
  const setsTop = top + large.panelHeight + 78;
  const names = report.sets
    .filter(({ name }) => report.rows.some((row) => row.set === name && row.figures.auroc !== null))
    .map(({ name }) => name);
  const height = setsTop + Math.ceil(names.length / 2) * rowHeight + 10;
  const macro = macroSets(report.sets).filter((name) => names.includes(name)).length;
  const panels = [
    ...panelsOf(report, null, margin, top, large, classOf),
    ...names.flatMap((name, i) => {
      const x = margin + (i % 2) * (width / 2);
      const y = setsTop + Math.floor(i / 2) * rowHeight;
      return [`<text class="name" x="${x - 30}" y="${y - 24}">${name}</text>`, ...panelsOf(report, name, x, y, small, classOf)];
    }),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<style>${learned.map((_, i) => lineStyle(i)).join('')}${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="head" x="16" y="28">Unseen devices: detection by windows seen, mean of ${macro} ${macro === 1 ? 'set' : 'sets'}</text>`,
    ...legend(learned, report.bars.length > 0),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panelsOf(
  report: EvaluationReport,
  set: string | null,
  x: number,
  y: number,
  { panelWidth, panelHeight, gap }: Shape,
  classOf: (line: Line) => string,
): string[] {
  const goal = report.plan.falseAlarmRate;
  const place = (at: number) => ({ x: x + at * (panelWidth + gap), y, width: panelWidth, height: panelHeight });
  const share = (value: number): string => value.toFixed(1);
  const percent = (value: number): string => `${Math.round(100 * value)} %`;
  const panels: (Panel & { figure: 'auroc' | 'auprc' | 'falsePositiveRate' })[] = [
    { ...place(0), figure: 'auroc', title: 'AUROC', low: 0.4, high: 1, ticks: [0.4, 0.6, 0.8, 1], format: share, goal: null },
    { ...place(1), figure: 'auprc', title: 'AUPRC', low: 0, high: 1, ticks: [0, 0.5, 1], format: share, goal: null },
    {
      ...place(2),
      figure: 'falsePositiveRate',
      title: set === null ? 'False alarms: normal windows over the threshold' : 'False alarms',
      low: 0,
      high: 10 * goal,
      ticks: [0, 5 * goal, 10 * goal],
      format: percent,
      goal,
    },
  ];
  return panels.map((panel) => panelSvg(panel, report.plan.shots, curveLines(report, set, panel.figure), classOf));
}

function lineStyle(i: number): string {
  const colour = colours[i];
  return `.m${i} { stroke: ${colour} } .m${i}.dot { fill: ${colour} }\n`;
}

function legend(learned: readonly string[], hasBar: boolean): string[] {
  const entries = [
    ...learned.map((name, i) => ({ name, style: `learned m${i}` })),
    ...(hasBar ? [{ name: 'best from scratch', style: 'bar' }] : []),
  ];
  let x = 16;
  return entries.map(({ name, style: line }) => {
    const text = `<path class="${line}" d="M${x} 50h22"/><text x="${x + 27}" y="54">${name}</text>`;
    x += 44 + 6.2 * name.length;
    return text;
  });
}
