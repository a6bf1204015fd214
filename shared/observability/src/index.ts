// What a service tells about itself: log lines, metrics, health; and how it ends.
export { createLogger, logMessageOf, type Logger, type LoggerOptions } from './logger.ts';
export {
  createMetrics,
  type Metrics,
  type MetricsOptions,
  type ReaderMetrics,
  type ScorerMetrics,
  type TrainerMetrics,
} from './create-metrics.ts';
export { describeMetrics } from './describe-metrics.ts';
export { createHttpEndpoint, type HttpEndpoint, type HttpEndpointOptions } from './http-endpoint.ts';
export { onShutdown, type Shutdown, type ShutdownOptions, type ShutdownStep } from './on-shutdown.ts';
export { createStartWatch, type StartWatch, type StartWatchOptions } from './start-watch.ts';
