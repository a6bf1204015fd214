// What a dashboard shows, as data; `build-dashboard.ts` makes Grafana's JSON of it, and a test asks Prometheus every query.

export type Line = {
  query: string;
  /** `{{label}}` stands for the label's value. */
  name: string;
};

export type PanelPlan = {
  title: string;
  /** What it shows, and what one would want to see. */
  about: string;
  unit: 's' | 'short' | 'ops' | 'Bps' | 'bytes' | 'percentunit';
  lines: readonly Line[];
  /** One big number a line, bars that add up, or lines unless given. */
  kind?: 'number' | 'stacked';
  /** Why there may be nothing to see where all is well. */
  mayBeEmpty?: string;
};

export type DashboardPlan = {
  uid: string;
  title: string;
  about: string;
  rows: readonly { title: string; panels: readonly PanelPlan[] }[];
};
