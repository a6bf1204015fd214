import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyError, parsePublicKey, parseSigningKey, signBundle, verifyBundle } from './bundle-signature.ts';

function pair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const secret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const open = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const short = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { secret, open, short };
}

const [old, next, foreign] = [pair(), pair(), pair()];
const keys = [parsePublicKey(old.open, 'old'), parsePublicKey(next.short, 'next')];
const bytes = Buffer.from('TCSB a bundle');

test('what any of our keys signed is taken, as PEM and as base64', () => {
  for (const { secret } of [old, next]) {
    const signing = parseSigningKey(secret, 'key');
    expect(verifyBundle(bytes, signBundle(bytes, signing), keys)).toBe('signed');
    expect(verifyBundle(bytes, signBundle(bytes, signing), [signing.publicKey])).toBe('signed');
  }
});

test('one bit more or less is refused, wherever it is', () => {
  const signature = signBundle(bytes, parseSigningKey(old.secret, 'key'));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      const changed = Buffer.from(bytes);
      changed[at] ^= 1 << bit;
      expect(verifyBundle(changed, signature, keys)).toBe('altered');
    }),
    { seed: 1 },
  );
  expect(verifyBundle(bytes.subarray(1), signature, keys)).toBe('altered');
});

test('no signature, a foreign one, and what is none', () => {
  expect(verifyBundle(bytes, null, keys)).toBe('unsigned');
  expect(verifyBundle(bytes, '', keys)).toBe('unsigned');
  expect(verifyBundle(bytes, signBundle(bytes, parseSigningKey(foreign.secret, 'key')), keys)).toBe('unknown_key');
  expect(verifyBundle(bytes, signBundle(bytes, parseSigningKey(old.secret, 'key')), [])).toBe('unknown_key');
  expect(verifyBundle(bytes, 'ed25519:zz:AAAA', keys)).toBe('altered');
  const [kind, , base64] = signBundle(bytes, parseSigningKey(foreign.secret, 'key')).split(':');
  expect(verifyBundle(bytes, `${kind}:${keys[0].id}:${base64}`, keys)).toBe('altered');
});

test('the wrong kind of key is named, and never shown', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsaSecret = rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const rsaOpen = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const wrong: [() => unknown, RegExp][] = [
    [() => parsePublicKey(old.secret, 'a.pub'), /^a\.pub: a private key/],
    [() => parsePublicKey(rsaOpen, 'a.pub'), /^a\.pub: .*rsa/],
    [() => parsePublicKey('', 'a.pub'), /^a\.pub: not usable/],
    [() => parseSigningKey(old.open, 'a.key'), /^a\.key: not usable/],
    [() => parseSigningKey(rsaSecret, 'a.key'), /^a\.key: .*rsa/],
    [() => parseSigningKey('nonsense', 'a.key'), /^a\.key: not usable/],
  ];
  for (const [parse, message] of wrong) {
    expect(parse).toThrow(KeyError);
    expect(parse).toThrow(message);
  }
  for (const secret of [old.secret.split('\n')[1], rsaSecret.split('\n')[1]])
    for (const [parse] of wrong) expect(parse).not.toThrow(secret);
});
