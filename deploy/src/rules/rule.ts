// What a rule of Prometheus is here: a query that is kept, or an alert for whoever runs Tocsin.

/** A query whose answers Prometheus keeps under a name, `labels:metric:operation` as is usual. */
export type Recorded = { name: string; expr: string };

/** Series as promtool writes them: `'name{label="value"}': '0+10x30'`, a value a minute. */
export type Examples = Readonly<Record<string, string>>;

export type AlertRule = {
  /** Also the heading in docs/runbook.md. */
  name: string;
  /** critical: somebody gets up; warning: somebody looks in the morning. */
  severity: 'warning' | 'critical';
  expr: string;
  /** So long it has to be true. */
  for: string;
  /** One sentence: what is so, and the first thing to do. `{{ $labels.x }}` stands for a label. */
  summary: string;
  /** A world in which it fires, once, with these labels; and one that looks alike and in which it does not. */
  fires: { at: string; series: Examples; labels: Readonly<Record<string, string>> };
  quiet: { at: string; series: Examples };
};
