// What is wrong with sinks and links is said like everything else: all at once, and without a secret.
import { expect, test } from 'vitest';
import { checkFiles, ConfigError, loadConfig, readLinkKey, readSinkSecret } from '@tocsin/config';

const load = (file: string, env: Record<string, string> = {}) => loadConfig({ file, env });

function mistakesOf(use: () => unknown): ConfigError {
  try {
    use();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

test('a sink has sensible defaults', () => {
  const { notifier, links } = load('notifier: { sinks: { ops: { kind: alertmanager, url: "http://am:9093" } } }');
  expect(notifier.sinks['ops']).toMatchObject({ timeoutMs: 10_000, refreshMs: 60_000, secret: null, headers: {} });
  expect(notifier.grouping).toMatchObject({ share: 0.1, minDevices: 3 });
  expect(links).toMatchObject({ url: null, key: null });
});

test('every mistake of sinks and links at once, and no secret among them', () => {
  const file = `
notifier:
  sinks:
    Ops: { kind: webhook, url: "http://a" }
    mail: { kind: webhook, url: "ftp://a", secretFile: s }
    chat: { kind: webhook, url: "http://chat" }
    door: { kind: alertmanager, url: "http://me:pass@am:9093" }
    twice: { kind: webhook, url: "http://t", secret: very-secret-indeed, secretFile: f }
links: { key: hidden-from-everybody, keyFile: k }
`;
  const error = mistakesOf(() => load(file));
  expect(error.mistakes.map(({ path }) => path).sort()).toEqual([
    'links.keyFile',
    'links.url',
    'notifier.sinks.Ops',
    'notifier.sinks.chat.secretFile',
    'notifier.sinks.door.url',
    'notifier.sinks.mail.url',
    'notifier.sinks.twice.secretFile',
  ]);
  expect(error.message).not.toMatch(/very-secret|hidden-from|me:pass/);
});

test('what no request can be made of is refused at once, and without being shown', () => {
  const file = `
notifier:
  sinks:
    far: { kind: alertmanager, url: "http://am:99999" }
    lines: { kind: alertmanager, url: "http://am:9093", headers: { authorization: "Bearer very\\nhidden" } }
    number: { kind: alertmanager, url: "http://a", secret: 12345678901234567890123 }
    typo: { kind: webhook, url: "http://a", secret: sufficiently-long-and-hidden, secrte: very-hidden }
    never: { kind: alertmanager, url: "http://am:9093", refreshMs: 3000000000 }
`;
  const error = mistakesOf(() => load(file));
  expect(error.mistakes.map(({ path }) => path).sort()).toEqual([
    'notifier.sinks.far.url',
    'notifier.sinks.lines.headers.authorization',
    'notifier.sinks.never.refreshMs',
    'notifier.sinks.number.secret',
    'notifier.sinks.typo.secrte',
  ]);
  expect(error.message).not.toMatch(/hidden|12345678/);
});

test('a topic of ours is no other topic of ours', () => {
  const error = mistakesOf(() => load('topics: { notices: tocsin.alerts }'));
  expect(error.mistakes.map(({ path }) => path)).toEqual(['topics.notices']);
});

test('every file that is missing at once', () => {
  const file = `
notifier:
  sinks:
    shift: { kind: webhook, url: "http://a", secretFile: no-secret }
    chat: { kind: webhook, url: "http://a", secret: too-short-and-hidden }
links: { url: "http://tocsin", keyFile: no-key }
signing: { privateKeyFile: no-private, publicKeyFiles: [no-public, nor-this] }
`;
  const error = mistakesOf(() => checkFiles(load(file)));
  expect(error.mistakes.map(({ path }) => path)).toEqual([
    'links.keyFile',
    'notifier.sinks.shift.secretFile',
    'notifier.sinks.chat.secret',
    'signing.privateKeyFile',
    'signing.publicKeyFiles[0]',
    'signing.publicKeyFiles[1]',
  ]);
  expect(error.message).not.toContain('hidden');
  expect(() => checkFiles(load(''))).not.toThrow();
});

test('secrets come from the environment or a file, and short ones are refused unseen', () => {
  const { links } = load('', { TOCSIN_LINKS_URL: 'https://tocsin.example', TOCSIN_LINKS_KEY: 'x'.repeat(32) });
  expect(readLinkKey(links)).toBe('x'.repeat(32));
  expect(readLinkKey({ key: null, keyFile: null })).toBe(null);
  const short = mistakesOf(() => readSinkSecret('ops', { secret: 'abc-def', secretFile: null }));
  expect(short.message).toMatch(/notifier\.sinks\.ops\.secret: 7 bytes; expected 24 bytes or more/);
  expect(short.message).not.toContain('abc-def');
  expect(mistakesOf(() => readSinkSecret('ops', { secret: `whsec_${'A'.repeat(28)}`, secretFile: null })).message).toContain(
    '21 bytes',
  );
  expect(() => readLinkKey({ key: null, keyFile: 'no-such-file' })).toThrow(/links\.keyFile: no-such-file/);
});
