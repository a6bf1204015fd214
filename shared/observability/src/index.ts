// What a service tells about itself: log lines, metrics, health; and how it ends.
export { createLogger, logMessageOf, type Logger, type LoggerOptions } from './logger.ts';
export {
  createMetrics,
  type Metrics,
  type MetricsOptions,
  type NotifierMetrics,
  type ReaderMetrics,
  type ScorerMetrics,
  type TrainerMetrics,
} from './create-metrics.ts';
export { describeMetrics, metricGroups } from './describe-metrics.ts';
export { consoleMetrics } from './console-metrics.ts';
export { createHttpEndpoint, type HttpEndpoint, type HttpEndpointOptions } from './http-endpoint.ts';
export type { Declaration, Declarations, LabelValues } from './metric-declaration.ts';
export { notifierMetrics } from './notifier-metrics.ts';
export { onShutdown, type Shutdown, type ShutdownOptions, type ShutdownStep } from './on-shutdown.ts';
export { readerMetrics } from './reader-metrics.ts';
export { scorerMetrics } from './scorer-metrics.ts';
export { serviceMetrics } from './service-metrics.ts';
export { simulatorMetrics } from './simulator-metrics.ts';
export { createStartWatch, type StartWatch, type StartWatchOptions } from './start-watch.ts';
export { trainerMetrics } from './trainer-metrics.ts';
