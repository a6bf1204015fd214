// What a dashboard shows, as data; `build-dashboard.ts` makes Grafana's JSON of it, and a test asks Prometheus every query.

export type Line = {
  query: string;
  /** `{{label}}` stands for the label's value. */
  name: string;
};

export type Colour = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'purple';

/** What a number means by its size: the colour that holds from a figure on. The first holds below, too. */
export type Step = { from: number; colour: 'green' | 'orange' | 'red' };

export type PanelPlan = {
  title: string;
  /** What it shows, and what one would want to see. */
  about: string;
  /** `count` is of whole things, `rate` of things a second. */
  unit: 's' | 'count' | 'rate' | 'short' | 'bytes' | 'percentunit';
  lines: readonly Line[];
  /** One big number a line, the names of the lines as words, these across the page, areas that add up, or lines unless given. */
  kind?: 'number' | 'words' | 'list' | 'stacked';
  /** Of a number; blue, which says nothing, unless given. */
  steps?: readonly [Step, ...Step[]];
  /** Lines that mean something good or bad, by how their names end; what Grafana takes unless given. */
  colours?: Readonly<Record<string, Colour>>;
  /** For what varies little, far from zero; or up to a whole of which it is a share. From zero unless given. */
  axis?: 'fitted' | 'whole';
  /** Why there may be nothing to see where all is well. */
  mayBeEmpty?: string;
};

export type DashboardPlan = {
  uid: string;
  title: string;
  about: string;
  /** The first answers whether all is well, in numbers. */
  rows: readonly { title: string; panels: readonly PanelPlan[] }[];
};

/** Green, until there is something that should not be. A growth that Prometheus estimates is seldom a whole number. */
export const noneIsWell = (colour: 'orange' | 'red'): readonly [Step, Step] => [
  { from: 0, colour: 'green' },
  { from: 0.5, colour },
];

/** Green below what an alert is raised at. */
export const wellBelow = (limit: number, colour: 'orange' | 'red'): readonly [Step, Step] => [
  { from: 0, colour: 'green' },
  { from: limit, colour },
];

export const bundleColours: Readonly<Record<string, Colour>> = {
  current: 'green',
  canary: 'blue',
  other: 'yellow',
  none: 'orange',
};

export const outcomeColours: Readonly<Record<string, Colour>> = {
  published: 'green',
  rejected: 'orange',
  waiting: 'blue',
  failed: 'red',
};

export const stepColours: Readonly<Record<string, Colour>> = {
  tried: 'blue',
  current: 'yellow',
  promoted: 'green',
  withdrawn: 'orange',
  rolled_back: 'red',
};
