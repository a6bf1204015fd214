// PromQL from the declarations that the services register: a metric, label or value that none of them has does not compile.
import type { Declaration } from '@tocsin/observability';

type ValueOf<D extends Declaration, L extends keyof D['labels']> = D['labels'][L] extends readonly (infer Value)[]
  ? Value
  : string;
/** Values that a label has to have: one, one of several, or those of a dashboard's variable (`$class`). */
export type Where<D extends Declaration> = { readonly [L in keyof D['labels']]?: ValueOf<D, L> | readonly ValueOf<D, L>[] };
/** A label of the metric, or one that Prometheus adds. */
export type LabelOf<D extends Declaration> = (keyof D['labels'] & string) | 'instance' | 'job';

export type Ask<D extends Declaration> = {
  where?: Where<D>;
  by?: readonly LabelOf<D>[];
  /** Time that is looked back on; what Grafana thinks right unless given. */
  over?: string;
};

type Counter = Declaration & { kind: 'counter' };
type Gauge = Declaration & { kind: 'gauge' };
type Histogram = Declaration & { kind: 'histogram' };

const grafanasChoice = '$__rate_interval';

/** `name{label="value"}`. */
export function series<D extends Declaration>(metric: D, where: Where<D> = {}, suffix = ''): string {
  const matchers = Object.entries<unknown>(where).map(([label, value]) => {
    if (Array.isArray(value)) return `${label}=~"${value.join('|')}"`;
    return `${label}${String(value).startsWith('$') ? '=~' : '='}"${String(value)}"`;
  });
  return `${metric.name}${suffix}${matchers.length === 0 ? '' : `{${matchers.join(', ')}}`}`;
}

/** Per second, summed. */
export function rate<D extends Counter>(metric: D, ask: Ask<D> = {}): string {
  return summed('sum', ask.by, `rate(${series(metric, ask.where)}[${ask.over ?? grafanasChoice}])`);
}

/** How many in that time, summed. */
export function increase<D extends Counter>(metric: D, ask: Ask<D> = {}): string {
  return summed('sum', ask.by, `increase(${series(metric, ask.where)}[${ask.over ?? grafanasChoice}])`);
}

export function sum<D extends Gauge>(metric: D, { where, by }: Ask<D> = {}): string {
  return summed('sum', by, series(metric, where));
}

export function max<D extends Gauge>(metric: D, { where, by }: Ask<D> = {}): string {
  return summed('max', by, series(metric, where));
}

export function min<D extends Gauge>(metric: D, { where, by }: Ask<D> = {}): string {
  return summed('min', by, series(metric, where));
}

/** Of everything that was observed in that time; NaN where nothing was. */
export function quantile<D extends Histogram>(q: number, metric: D, { where, by = [], over }: Ask<D> = {}): string {
  const buckets = `rate(${series(metric, where, '_bucket')}[${over ?? grafanasChoice}])`;
  return `histogram_quantile(${q}, ${summed('sum', ['le', ...by], buckets)})`;
}

/** Seconds spent per second, from a histogram of seconds. */
export function spent<D extends Histogram>(metric: D, { where, by, over }: Ask<D> = {}): string {
  return summed('sum', by, `rate(${series(metric, where, '_sum')}[${over ?? grafanasChoice}])`);
}

/** Without what is not a number: nothing to see, rather than the name of a line without one. */
export function figures(query: string): string {
  return `${query} >= 0`;
}

function summed(how: 'sum' | 'max' | 'min', by: readonly string[] | undefined, vector: string): string {
  return by === undefined || by.length === 0 ? `${how}(${vector})` : `${how} by (${by.join(', ')}) (${vector})`;
}
