// What a metric is, and the typed instrument that a declaration becomes.

/**
 * Known values; one per device class or per sink of the configuration; one per partition this process is assigned; or the few that a
 * process says of itself.
 */
export type LabelValues = readonly string[] | 'class' | 'sink' | 'assigned' | 'said';

export type Declaration = {
  kind: 'counter' | 'gauge' | 'histogram';
  name: string;
  help: string;
  labels: Readonly<Record<string, LabelValues>>;
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
  /** Value before anything happened, default 0; NaN for a figure that does not exist yet. */
  startsAt?: number;
};

export type Declarations = Readonly<Record<string, Declaration>>;

type LabelsOf<D extends Declaration> = {
  readonly [L in keyof D['labels']]: D['labels'][L] extends readonly (infer Value)[] ? Value : string | number;
};
type Labelled<D extends Declaration, Rest extends unknown[]> = keyof D['labels'] extends never
  ? Rest
  : [labels: LabelsOf<D>, ...Rest];

export type Counter<D extends Declaration> = { inc(...args: Labelled<D, [by?: number]>): void; reset(): void };
export type Gauge<D extends Declaration> = { set(...args: Labelled<D, [value: number]>): void; reset(): void };
export type Histogram<D extends Declaration> = { observe(...args: Labelled<D, [value: number]>): void };

/** One instrument per declaration, under the declaration's key. */
export type Instruments<G extends Declarations> = {
  readonly [K in keyof G]: G[K]['kind'] extends 'counter'
    ? Counter<G[K]>
    : G[K]['kind'] extends 'gauge'
      ? Gauge<G[K]>
      : Histogram<G[K]>;
};
