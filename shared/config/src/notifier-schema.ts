// The sections of the configuration about telling people: the notifier, its sinks, and one-click links.
import { z } from 'zod';

const text = z.string().min(1).meta({ expected: 'a text that is not empty' });
const count = z.int().min(1);
const durationMs = z.number().positive();
const httpUrl = z
  .string()
  .regex(/^https?:\/\/[^\s/@]+(\/\S*)?$/)
  .refine((url) => URL.canParse(url))
  .meta({ expected: 'http://host:port or https://host:port without user and password' });

/** What no header can hold would be an error at every notice, with the value in it. */
const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]+$/)
  .meta({ expected: 'a text of one line in Latin letters' });

const grouping = z.strictObject({
  share: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('Share of the devices of a class whose alerts have to begin together to be one common-cause incident.'),
  minDevices: z.int().min(2).default(3).describe('So many devices at least, however small the class.'),
  spanMs: durationMs.default(300_000).describe('Within so long, in event time, they began together.'),
  holdMs: z
    .number()
    .min(0)
    .max(600_000)
    .default(15_000)
    .describe('How long an alert waits for its peers before it is told by itself; 0 tells it at once.'),
  updateEveryMs: durationMs
    .default(60_000)
    .describe(
      'How often at most an open incident is told again while devices join or recover; and how long none may be open before it closes.',
    ),
});

const sink = z.strictObject({
  kind: z
    .enum(['webhook', 'alertmanager'])
    .describe('What listens there: a receiver of signed webhooks, or a Prometheus Alertmanager.'),
  url: httpUrl.describe('Where to send to; of an Alertmanager its address without /api/v2/alerts.'),
  secret: text
    .nullable()
    .default(null)
    .describe('What webhooks are signed with, 24 bytes or more; `whsec_` and Base64, or any text. Better in a file.'),
  secretFile: text.nullable().default(null).describe('File of that secret.'),
  headers: z
    .record(z.string().regex(/^[\w-]+$/), headerValue)
    .default({})
    .describe('Further HTTP headers, for instance authorization.'),
  recipient: text
    .nullable()
    .default(null)
    .describe('Who reads what goes there: their one-click links answer under this name. Null for the name of the sink.'),
  timeoutMs: durationMs.max(120_000).default(10_000).describe('How long one attempt may take.'),
  giveUpMs: durationMs
    .default(3_600_000)
    .describe(
      'A notice that is older when an attempt fails is given up: it is kept in `topics.undelivered`, and the next one is tried.',
    ),
  refreshMs: durationMs
    .min(1000)
    .max(3_600_000)
    .default(60_000)
    .describe('How often an Alertmanager is told what is still open; it forgets after four times as long.'),
});

export const notifierSection = z.strictObject({
  groupId: text
    .default('tocsin-notifier')
    .describe('Consumer group; sinks have groups of their own, with their name at the end.'),
  httpPort: z.int().min(0).max(65_535).default(9467).describe('Port of /metrics, /livez and /readyz; 0 takes a free one.'),
  grouping: grouping.prefault({}).describe('When alerts of several devices are one incident.'),
  devicesMax: count.default(100_000).describe('Devices that are counted to know how many a class has.'),
  sinks: z
    .record(z.string().regex(/^[a-z0-9-]{1,40}$/), sink)
    .default({})
    .describe('Where notices go, by name: lower-case letters, digits, dash. See docs/notifications.md.'),
});

export const linksSection = z.strictObject({
  url: httpUrl
    .nullable()
    .default(null)
    .describe('Address under which people reach the console, for links in notices; null for no links.'),
  key: text
    .nullable()
    .default(null)
    .describe(
      'What one-click answers are signed with, 32 bytes or more, the same for notifier and console; better from the environment or a file. None: links only lead to the console.',
    ),
  keyFile: text.nullable().default(null).describe('File of that key.'),
  validForMs: durationMs.default(604_800_000).describe('How long a one-click link is good after the notice; 7 days.'),
});

export type NotifierConfig = z.output<typeof notifierSection>;
export type SinkConfig = z.output<typeof sink>;
export type LinksConfig = z.output<typeof linksSection>;
