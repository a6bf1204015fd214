// File and environment to one checked object. Reads no file and no environment by itself.
export { loadConfig, type Config } from './load-config.ts';
export { parseDeviceClass } from './parse-device-class.ts';
export { ConfigError, type Mistake } from './config-error.ts';
export type { Environment } from './environment.ts';
export { describeConfig } from './describe-config.ts';
export type {
  LogConfig,
  MappingConfig,
  ScorerConfig,
  SigningConfig,
  SimulatorConfig,
  StateConfig,
  TopicsConfig,
  TrainerConfig,
  TransportConfig,
} from './schema.ts';
export type { LinksConfig, NotifierConfig, SinkConfig } from './notifier-schema.ts';
export { checkFiles } from './check-files.ts';
export { readPublicKeys, readSigningKey, type KeyText } from './read-keys.ts';
export { readLinkKey, readSinkSecret } from './read-secrets.ts';
export { readConfig } from './read-config.ts';
