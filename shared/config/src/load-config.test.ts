import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, type Config, type Environment, type Mistake } from '@tocsin/config';

const load = (file: string, env: Environment = {}): Config => loadConfig({ file, env });
const pump = 'classes: { pump: { channels: [a], rateHz: 1000 } }';

function mistakesOf(file: string, env: Environment = {}): readonly Mistake[] {
  try {
    load(file, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
const pathsOf = (file: string, env: Environment = {}) => mistakesOf(file, env).map(({ path }) => path);

describe('a right configuration', () => {
  test('nothing at all is the defaults', () => {
    const config = loadConfig({ env: {} });
    expect(config.transport).toMatchObject({ kind: 'kafka', brokers: ['localhost:9092'], sasl: null });
    expect(config.state).toMatchObject({ kind: 'redis', url: 'redis://localhost:6379' });
    expect(config.topics).toMatchObject({ telemetry: ['telemetry'], deadLetter: 'tocsin.dead-letter' });
    expect(config.classes).toEqual({});
  });

  test('JSON is YAML', () => {
    expect(load('{"log": {"level": "warn"}}').log).toEqual({ level: 'warn', pretty: false });
  });

  test('classes come out complete and know their name', () => {
    expect(load(pump).classes.pump).toMatchObject({ name: 'pump', window: { samples: 1024, hop: 512 }, pastMs: Infinity });
  });

  test('what depends on other settings follows them', () => {
    const { window, features, idleMs } = load('classes: { t: { channels: [a], rateHz: 0.01, window: { samples: 64 } } }').classes
      .t;
    expect(features.kind).toBe('slow');
    expect(window).toMatchObject({ samples: 64, hop: 8, maxGapSamples: 1, latenessMs: 200_000 });
    expect(idleMs).toBe(1_000_000);
  });
});

describe('the environment', () => {
  test('wins over the file, in the type of the setting', () => {
    const env = {
      KAFKA_BROKERS: 'a:1, b:2',
      REDIS_URL: 'rediss://r:1',
      TOCSIN_LOG_LEVEL: 'debug',
      TOCSIN_SCORER_HTTP_PORT: '0',
      TOCSIN_STATE_CLUSTER: 'true',
      TOCSIN_TOPICS_TELEMETRY: 'x,y',
      TOCSIN_CONFIG: '/etc/tocsin.yaml',
    };
    const config = load('scorer: { httpPort: 80 }\ntransport: { brokers: [c:3] }', env);
    expect(config.transport.brokers).toEqual(['a:1', 'b:2']);
    expect(config.state).toMatchObject({ url: 'rediss://r:1', cluster: true });
    expect([config.log.level, config.scorer.httpPort, config.topics.telemetry]).toEqual(['debug', 0, ['x', 'y']]);
  });

  test('fills a section that the file does not have', () => {
    const prefix = 'TOCSIN_TRANSPORT_SASL_';
    const env = { [`${prefix}MECHANISM`]: 'plain', [`${prefix}USERNAME`]: 'u', [`${prefix}PASSWORD`]: '123' };
    expect(load('transport: { sasl: null }', env).transport.sasl).toEqual({ mechanism: 'plain', username: 'u', password: '123' });
  });

  test('an empty variable sets nothing', () => {
    expect(load('', { KAFKA_BROKERS: '', TOCSIN_LOG_LEVEL: '' }).transport.brokers).toEqual(['localhost:9092']);
  });

  test('an unknown variable is a mistake, with the nearest known one', () => {
    const [mistake] = mistakesOf('', { TOCSIN_SCORER_HTPP_PORT: '1', PATH: '/bin' });
    expect(mistake).toMatchObject({ path: 'TOCSIN_SCORER_HTPP_PORT', advice: 'did you mean TOCSIN_SCORER_HTTP_PORT?' });
  });

  test.each(['eighty', '80.5', ' ', '0x'])('a port of %j is a mistake that names its variable', (text) => {
    expect(pathsOf('', { TOCSIN_SCORER_HTTP_PORT: text })).toEqual(['scorer.httpPort (from TOCSIN_SCORER_HTTP_PORT)']);
  });
});

describe('mistakes', () => {
  test('all in one file are named in one answer, whatever their kind', () => {
    const file = `
transport: { kind: kafak, brokers: [one, two:2] }
topics: { alerts: telemetry, late: tocsin.windows }
clases: {}
classes: { pump: { channels: [a], window: { samples: 512, hop: 1024 } } }`;
    expect(pathsOf(file).toSorted()).toEqual([
      'clases', // unknown
      'classes.pump.rateHz', // missing
      'classes.pump.window.hop', // too large for its window, although the class has no rate
      'topics.alerts', // the line would read its own alerts
      'topics.late', // among the windows
      'transport.brokers[0]', // no port
      'transport.kind', // misspelt
    ]);
  });

  test('each says the value, what was expected and what to do', () => {
    expect(mistakesOf('transport: { kind: kafak }')[0]).toEqual({
      path: 'transport.kind',
      value: '"kafak"',
      expected: 'one of kafka, embedded',
      advice: 'correct it (Where the log is: a Kafka cluster, or a directory of this machine)',
    });
    expect(mistakesOf('scorer: { htpPort: 1 }')[0]).toMatchObject({ path: 'scorer.htpPort', advice: 'did you mean httpPort?' });
  });

  test('a setting that is wrong by itself makes no further mistakes', () => {
    expect(pathsOf('classes: { p: { channels: [a], rateHz: 1000, window: { samples: many, hop: 2048 } } }')).toEqual([
      'classes.p.window.samples',
    ]);
  });

  test.each(['[]', '3', 'text'])('a file that is %s is one mistake', (file) => {
    expect(pathsOf(file)).toEqual(['(file)']);
  });

  test('text that is no YAML is pointed at by line', () => {
    expect(pathsOf('log: { level: info }\nlog: { level: warn }')).toEqual(['line 2, column 1']);
    expect(mistakesOf('a: [1,\nb: 2')[0].path).toMatch(/^line \d+/);
  });

  test('names of classes become keys and labels, so they are plain', () => {
    expect(pathsOf('classes: { "a b": { channels: [a], rateHz: 1 } }')).toEqual(['classes.a b']);
  });

  test('several addresses without a cluster', () => {
    expect(pathsOf('state: { url: "redis://a:1,redis://b:2" }')).toEqual(['state.url']);
  });

  test('two embedded parts in one directory', () => {
    const file = 'transport: { kind: embedded, directory: d }\nstate: { kind: embedded, directory: d }';
    expect(pathsOf(file)).toEqual(['state.directory']);
    expect(pathsOf('state: { kind: embedded, directory: d }\ntrainer: { store: { directory: d } }')).toEqual([
      'trainer.store.directory',
    ]);
    expect(pathsOf('state: { kind: redis, directory: d }\ntrainer: { store: { directory: d } }')).toEqual([]);
  });

  test('secrets are not repeated', () => {
    const said = JSON.stringify([
      mistakesOf('transport: { sasl: { mechanism: plain, username: u, password: 123456 } }'),
      mistakesOf('', { REDIS_URL: 'http://u:hunter2@r:1' }),
    ]);
    expect(said).not.toMatch(/123456|hunter2/);
  });
});
