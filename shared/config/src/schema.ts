// The closed schema of the configuration. Descriptions and defaults here are what docs/configuration.md is made of.
import { z } from 'zod';
import { consoleSection } from './console-schema.ts';
import { deviceClassSchema } from './device-class-schema.ts';
import { disturb } from './disturb-schema.ts';
import { commonCause } from './fleet-cause-schema.ts';
import { linksSection, notifierSection } from './notifier-schema.ts';
import { topicsSection } from './topics-schema.ts';

const text = z.string().min(1).meta({ expected: 'a text that is not empty' });
const broker = z
  .string()
  .regex(/^[^\s,]+:\d+$/)
  .meta({ expected: 'host:port' });
const redisUrl = z
  .string()
  .regex(/^rediss?:\/\/\S+$/)
  .meta({ expected: 'redis://host:port or rediss://host:port' });
const httpUrl = z
  .string()
  .regex(/^https?:\/\/\S+$/)
  .meta({ expected: 'http://host:port or https://host:port' });
const port = z.int().min(0).max(65_535);
const count = z.int().min(1);
const durationMs = z.number().positive();

const transport = z.strictObject({
  kind: z
    .enum(['kafka', 'embedded'])
    .default('kafka')
    .describe('Where the log is: a Kafka cluster, or a directory of this machine.'),
  brokers: z.array(broker).min(1).default(['localhost:9092']).describe('Kafka brokers to start from.'),
  clientId: text.default('tocsin').describe('Name that brokers see in their logs and quotas.'),
  directory: text.default('.tocsin/log').describe('Directory of the embedded log.'),
  ssl: z.boolean().default(false).describe('Talk TLS to the brokers (further authorities: NODE_EXTRA_CA_CERTS).'),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).describe('As the brokers are set up.'),
      username: text.describe('Account at the brokers.'),
      password: text.describe('Its password; better from the environment than from a file.'),
    })
    .nullable()
    .default(null)
    .describe('Credentials for the brokers; null for none.'),
  sessionTimeoutMs: durationMs
    .min(1000)
    .default(20_000)
    .describe(
      'A member of a consumer group that gives no sign of life for so long loses its partitions to the others; the brokers bound it (6000 to 1800000).',
    ),
});

const state = z.strictObject({
  kind: z.enum(['redis', 'embedded']).default('redis').describe('Where state is kept: Redis 7, or a directory of this machine.'),
  url: redisUrl.default('redis://localhost:6379').describe('Address of Redis; seeds separated by commas for a cluster.'),
  cluster: z.boolean().default(false).describe('The address is that of a Redis Cluster.'),
  ttlMs: durationMs.min(60_000).default(2_592_000_000).describe("Life of a device's state after its last window; 30 days."),
  connectTimeoutMs: durationMs.default(5000).describe('The longest that one call to Redis may take, connecting included.'),
  directory: text.default('.tocsin/state').describe('Directory of the embedded store.'),
  keyPrefix: z.string().default('').describe('Put before every key, so that several deployments can share one store.'),
});

const registry = z.strictObject({ url: httpUrl.describe('Address of a schema registry; may hold user:password@.') });

const mapping = z.strictObject({
  deviceId: text.default('deviceId').describe('Field of the device id.'),
  deviceClass: text.default('deviceClass').describe('Field of the device class, or `=name` where all records are of one class.'),
  startMs: text.default('startMs').describe('Field of the time of the first sample.'),
  timeUnit: z.enum(['s', 'ms', 'us', 'ns']).default('ms').describe('Unit of that time.'),
  rateHz: text.default('rateHz').describe('Field of the rate, or `=number`.'),
  channels: text.default('channels').describe('Field of the channel names.'),
  samples: text.default('samples').describe('Field of the samples.'),
  values: z.record(text, text).nullable().default(null).describe('Field of each channel, where a record is a single sample.'),
});

const scorer = z.strictObject({
  groupId: text.default('tocsin-scorer').describe('Consumer group.'),
  httpPort: port.default(9464).describe('Port of /metrics, /livez and /readyz; 0 takes a free one.'),
  commitEveryMs: durationMs.default(1000).describe('How often offsets are committed.'),
  devicesMax: count
    .default(20_000)
    .describe(
      'Devices that a partition may hold in memory; records of further ones become dead letters until some have been silent for `idleMs`.',
    ),
  giveUpMs: durationMs
    .default(60_000)
    .describe('How long the store or the brokers may be away before a batch is given up and replayed.'),
});

const canary = z.strictObject({
  share: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe('Share of the devices of a class that try a new bundle first, chosen by hash; 0 for none: promoted without.'),
  minDevices: z
    .int()
    .min(2)
    .default(3)
    .describe(
      'Devices that have to try it, at least; where the share comes to fewer it is widened, to a third at most; else the bundle is promoted without.',
    ),
  windows: count
    .default(50)
    .describe('Windows that each of so many devices has to send under it before it is promoted, at least.'),
  forMs: durationMs
    .default(86_400_000)
    .describe(
      'The longest that it is tried: withdrawn by then is what has fewer than a fifth of these windows, or alarms that have risen without a jump.',
    ),
});

const store = z.strictObject({
  directory: text
    .default('.tocsin/episodes')
    .describe('Directory of what the trainer remembers of the log; each trainer has its own, and it should outlive the process.'),
  maxBytes: z
    .int()
    .min(16_000_000)
    .default(2_000_000_000)
    .describe('About so much of the disk, however many devices there are: of more devices fewer windows each are kept.'),
  windowsPerDevice: z.int().min(24).max(4096).default(288).describe('Windows of a device that are kept while there is room.'),
});

const trainer = z.strictObject({
  groupId: text.default('tocsin-trainer').describe('Consumer group.'),
  httpPort: port.default(9465).describe('Port of /metrics, /livez and /readyz; 0 takes a free one.'),
  backend: z
    .enum(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'])
    .default('auto')
    .describe(
      'Where outer steps are computed: tensorflow (CUDA), webgpu, wasm or cpu; auto takes a GPU where there is one, else cpu.',
    ),
  requireGpu: z.boolean().default(false).describe('Rather not start, or not learn, than compute on anything but a GPU.'),
  everyMs: durationMs.default(60_000).describe('How often to see whether a class has enough that is new.'),
  store: store.prefault({}).describe('What the trainer remembers of the log.'),
  devicesMax: z
    .int()
    .min(2)
    .default(1000)
    .describe('Devices of a class that one training learns from; of more, so many are drawn anew each time.'),
  minDevices: z.int().min(2).default(3).describe('Devices a class needs before its first initialisation.'),
  minWindows: count.default(20).describe('Windows a device needs before it counts.'),
  minNewWindows: count.default(200).describe('New windows in a class before it is trained again.'),
  minNewLabels: count.default(5).describe('Or so many new verdicts of operators on devices of the class.'),
  atLeastEveryMs: durationMs
    .nullable()
    .default(86_400_000)
    .describe('Or so long after the last time, if there is anything new at all; null for never.'),
  metaSteps: count.default(50).describe('Outer steps of one training.'),
  metaEpisodes: count
    .max(4096)
    .default(8)
    .describe(
      'Episodes of one outer step. A GPU takes hundreds in the time of a few; steps of more episodes are surer, not longer.',
    ),
  alarmRiseMax: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe(
      'How much larger the share of windows over the threshold may be under a new bundle than it was, or than the budget of the class comes to: on the newest windows before it is published, on the devices that try it, and of the class after promotion.',
    ),
  foundDropMax: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Part of the made-up anomalies over the threshold that may be missed under a new bundle before it is published.'),
  scoreShiftMax: z
    .number()
    .min(0)
    .default(0.5)
    .describe(
      'How far the usual score may move before a bundle is published, in parts of the way from the median of the fleet to the threshold.',
    ),
  canary: canary.prefault({}).describe('The devices that try a new bundle before their class does.'),
  watchMs: z
    .number()
    .min(0)
    .default(86_400_000)
    .describe('How long after its promotion a bundle is taken back when the alarm rate of its class jumps; 0 for not at all.'),
  heldOutShare: z.number().min(0.05).max(0.5).default(0.25).describe('Share of the devices that only judge the result.'),
  seed: z.int().min(0).default(1).describe('Seed of everything random in training.'),
});

const simulator = z.strictObject({
  httpPort: port.default(9466).describe('Port of /metrics, /livez and /readyz; 0 takes a free one.'),
  seed: z.int().min(0).default(1).describe('Seed of the fleet and its faults.'),
  devices: count.default(12).describe('Machines in the fleet.'),
  kind: z
    .enum(['pump', 'fan', 'motor', 'gearbox', 'chiller'])
    .default('pump')
    .describe('What the machines are; a chiller is slow.'),
  deviceClass: text
    .nullable()
    .default(null)
    .describe('Class of the machines, with their channels and rate; null for one named like the kind.'),
  speed: z
    .number()
    .positive()
    .default(1)
    .describe(
      'Event time per wall-clock time; 60 plays an hour in a minute. Above 1 event time begins days back, so that a day of playing does not get ahead of the clock; who starts it again sets the clocks of the same devices back, and nothing of them is scored until event time has caught up. Empty log and store before.',
    ),
  frameMs: durationMs.default(250).describe('Event time in one record; at least one sample.'),
  recordings: text.nullable().default(null).describe('Folder of recorded data to replay instead of simulating; null for none.'),
  healthyS: z.number().min(0).default(300).describe('Event time before the first fault, in seconds.'),
  faultEveryS: durationMs
    .nullable()
    .default(900)
    .describe('Mean time between faults of a machine, in seconds; null for no faults.'),
  faultLastS: durationMs.default(120).describe('Mean length of a fault, in seconds.'),
  commonCause: commonCause
    .prefault({})
    .describe('What reaches many machines of the fleet at once, while none of them is broken.'),
  truthFile: text.nullable().default(null).describe('File for what was broken and when, as JSON lines; null for none.'),
  disturb: disturb.prefault({}).describe('Records that are broken on purpose.'),
});

const startup = z.strictObject({
  waitMs: durationMs
    .default(300_000)
    .describe(
      'How long a service that starts waits for the brokers and the state store, not ready, before it ends with an error.',
    ),
});

const signing = z.strictObject({
  privateKeyFile: text
    .nullable()
    .default(null)
    .describe('File of the Ed25519 key that the trainer and tocsin models sign bundles with; null for none. Not for scorers.'),
  privateKey: text
    .nullable()
    .default(null)
    .describe('The same as text, PEM or base64; better from the environment than from a file.'),
  publicKeyFiles: z
    .array(text)
    .default([])
    .describe('Files of the keys that scorers trust. With any, bundles that none of them signed are refused.'),
  publicKeys: z.array(text).default([]).describe('The same as texts, PEM or base64.'),
});

const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level that is written.'),
  pretty: z.boolean().default(false).describe('Lines for people instead of JSON.'),
});

/** The whole file. Every section may be left out. */
export const configSchema = z.strictObject({
  transport: transport.prefault({}).describe('The log that telemetry comes from and results go to.'),
  state: state.prefault({}).describe('What is remembered outside the log.'),
  topics: topicsSection.prefault({}).describe('Names of topics.'),
  registry: registry.nullable().default(null).describe("Schema registry for records in Confluent's wire format; null for none."),
  mapping: mapping
    .nullable()
    .default(null)
    .describe(
      "Where your own schema keeps what Tocsin needs; null for Tocsin's own schema. A path may have dots. For records in the registry's format only, so without `registry` it does nothing. See docs/telemetry.md.",
    ),
  classes: z
    .record(z.string().regex(/^[a-zA-Z0-9._-]{1,100}$/), deviceClassSchema)
    .default({})
    .describe('Device classes by name: devices with the same channels and rate. Names: letters, digits, dot, dash, underscore.'),
  scorer: scorer.prefault({}).describe('The live path.'),
  trainer: trainer.prefault({}).describe('Meta-training, apart from the live path.'),
  simulator: simulator.prefault({}).describe('A fleet to try things on.'),
  signing: signing
    .prefault({})
    .describe('Who may publish bundles; see tocsin models keygen. Without keys nothing is signed or asked for.'),
  console: consoleSection.prefault({}).describe('The page for people who answer alerts, and its API.'),
  notifier: notifierSection.prefault({}).describe('Telling people: common-cause incidents, webhooks, Alertmanager.'),
  links: linksSection.prefault({}).describe('Links in notices, one-click answers among them.'),
  startup: startup.prefault({}).describe('What a service does until the world is there.'),
  log: log.prefault({}).describe('Our own log lines.'),
});

export type TransportConfig = z.output<typeof transport>;
export type StateConfig = z.output<typeof state>;
export type TopicsConfig = z.output<typeof topicsSection>;
export type MappingConfig = z.output<typeof mapping>;
export type ScorerConfig = z.output<typeof scorer>;
export type TrainerConfig = z.output<typeof trainer>;
export type SimulatorConfig = z.output<typeof simulator>;
export type SigningConfig = z.output<typeof signing>;
export type LogConfig = z.output<typeof log>;
/** The whole as the schema gives it: device classes still without the defaults that depend on each other. */
export type ConfigInput = z.output<typeof configSchema>;
