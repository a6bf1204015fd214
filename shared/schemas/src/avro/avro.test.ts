import avro from 'avsc';
import { describe, expect, test } from 'vitest';
import {
  canonicalMapping,
  createTelemetryDecoder,
  decodeAlert,
  decodeCanonical,
  decodeDeadLetter,
  decodeRedrive,
  decodeModelAnnouncement,
  decodeScoredWindow,
  decodeTelemetry,
  encodeAlert,
  encodeDeadLetter,
  encodeRedrive,
  letterPosition,
  redriveCodec,
  encodeModelAnnouncement,
  encodeScoredWindow,
  encodeTelemetry,
  schemaFingerprint,
  type Reading,
  type ScoredWindow,
} from '@tocsin/schemas';

const reading: Reading = {
  deviceId: 'pump-17',
  deviceClass: 'pump',
  startMs: 1_770_000_000_000.25,
  rateHz: 4300,
  channels: ['x', 'y'],
  samples: Float32Array.of(1, 2, 3, 4),
};

const scored: ScoredWindow = {
  windowId: 'w1',
  deviceId: 'pump-17',
  deviceClass: 'pump',
  startMs: 0.5,
  endMs: 1000.5,
  specHash: 'abc',
  features: Float32Array.of(0.25, -1),
  score: null,
  pValue: null,
  threshold: null,
  modelVersion: 0,
  supportWindows: 0,
  coverage: 1,
  flags: ['cold'],
};

test('telemetry comes back as it went, with fractional milliseconds, also from an unaligned buffer', () => {
  const bytes = encodeTelemetry(reading);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(decodeTelemetry(shifted.subarray(1))).toEqual(reading);
});

test('scored windows keep nulls, flags and features', () => {
  expect(decodeScoredWindow(encodeScoredWindow(scored))).toEqual(scored);
});

test('confidence travels; records from before it was stated are read without', () => {
  const sure: ScoredWindow = { ...scored, score: 1, pValue: 0.5, threshold: 2, modelVersion: 3, confidence: 'prior' };
  expect(decodeScoredWindow(encodeScoredWindow(sure))).toEqual(sure);
  const oldWindow =
    'wwHm9E3dIJeE5AR3MQJwCHB1bXAAAAAAAAAAAAAAAAAAAPA/AmEIAAAAPwIAAAAAAADwPwIAAAAAAADgPwIAAAAAAAAAQAYIAAAAAAAA8D8CCGNvbGQA';
  const read = decodeScoredWindow(Buffer.from(oldWindow, 'base64'));
  expect(read).toMatchObject({ windowId: 'w1', modelVersion: 3, supportWindows: 4, flags: ['cold'] });
  expect(read).not.toHaveProperty('confidence');
  const oldAlert = 'wwFv0CX9+XBt0QJhAgACcAhwdW1wAAAAAAAAAAAAAAAAAAAA8D8AAAAAAAAIQAAAAAAAAABAAAAAAAAA0D8EAAYIAm0A';
  const alert = decodeAlert(Buffer.from(oldAlert, 'base64'));
  expect(alert).toMatchObject({ alertId: 'a', supportWindows: 4, message: 'm' });
  expect(alert).not.toHaveProperty('confidence');
  expect(decodeAlert(encodeAlert({ ...alert, confidence: 'cold' }))).toEqual({ ...alert, confidence: 'cold' });
});

test('a revision travels; records of windows from before there were any are read as the first', () => {
  const amended: ScoredWindow = { ...scored, revision: 2 };
  expect(decodeScoredWindow(encodeScoredWindow(amended))).toEqual(amended);
  expect(decodeScoredWindow(encodeScoredWindow({ ...scored, revision: 0 }))).toEqual(scored);
  const old =
    'wwFJpVb5aHuZOgR3MQJwCHB1bXAAAAAAAAAAAAAAAAAAAPA/AmEIAAAAPwIAAAAAAADwPwIAAAAAAADgPwIAAAAAAAAAQAYIAAAAAAAA8D8CCGNvbGQAAghjb2xk';
  const read = decodeScoredWindow(Buffer.from(old, 'base64'));
  expect(read).toMatchObject({ windowId: 'w1', modelVersion: 3, supportWindows: 4, flags: ['cold'], confidence: 'cold' });
  expect(read).not.toHaveProperty('revision');
});

test('an announcement keeps what was tried, and one from before there were candidates can still be read', () => {
  const old = decodeModelAnnouncement(
    Buffer.from(
      'wwGqZsJkHUBEYQhwdW1wBgJsAmMCcwAAAAAAAPA/HmVtcGlyaWNhbCBCYXllcwZjcHUICKABAAAAAAAA6D8AAgAAAAAAAOA/CmZpcnN0AAAAAAAAAEA=',
      'base64',
    ),
  );
  expect(old.metrics).toEqual({
    learner: 'empirical Bayes',
    candidates: [],
    algorithm: 'empirical Bayes',
    backend: 'cpu',
    devicesTrained: 4,
    devicesHeldOut: 4,
    windows: 80,
    heldOutAuroc: { closedForm: 0.75, head: null, previous: 0.5 },
    verdict: 'first',
    seconds: 2,
  });
  const candidate = { learner: 'eb', auroc: 0.75, gain: 0, error: null, devices: 4, judgedOn: 'pseudo-anomalies' as const };
  const announcement = { ...old, metrics: { ...old.metrics, learner: 'eb', candidates: [candidate] } };
  expect(decodeModelAnnouncement(encodeModelAnnouncement(announcement))).toEqual(announcement);
});

test('the stage of an announcement travels; those from before there were stages are current', () => {
  const old = decodeModelAnnouncement(
    Buffer.from(
      'wwFpw9Gsg4YXTghwdW1wBgJsAmMCcwAAAAAAAPA/BGViAARlYgZjcHUICKABAAAAAAAA6D8AAgAAAAAAAOA/CmZpcnN0AAAAAAAAAEA=',
      'base64',
    ),
  );
  expect(old).toMatchObject({ deviceClass: 'pump', version: 3, metrics: { learner: 'eb', candidates: [] } });
  expect(old).not.toHaveProperty('stage');
  expect(old).not.toHaveProperty('share');
  for (const announcement of [
    old,
    { ...old, stage: 'current' as const },
    { ...old, stage: 'canary' as const, share: 0.1 },
    { ...old, stage: 'withdrawn' as const },
  ])
    expect(decodeModelAnnouncement(encodeModelAnnouncement(announcement))).toEqual(announcement);
  const none = encodeModelAnnouncement({ ...old, stage: 'canary', share: 0 });
  expect(() => decodeModelAnnouncement(none)).toThrow('ModelAnnouncement.share: 0');
  const odd = Buffer.from(encodeModelAnnouncement({ ...old, stage: 'canary' }));
  odd.write('canarY', odd.indexOf('canary'));
  expect(() => decodeModelAnnouncement(odd)).toThrow('ModelAnnouncement.stage: "canarY"');
});

test('what a candidate was compared with, and the signature, travel with the announcement', () => {
  const old = decodeModelAnnouncement(
    Buffer.from(
      'wwFpw9Gsg4YXTghwdW1wBgJsAmMCcwAAAAAAAPA/BGViAARlYgZjcHUICKABAAAAAAAA6D8AAgAAAAAAAOA/CmZpcnN0AAAAAAAAAEA=',
      'base64',
    ),
  );
  const rates = { alarmRateInUse: 0.25, alarmRate: 0.5, foundInUse: 1, found: 0.75, scoreShift: -0.5 };
  const overPrevious = [
    { period: 'later' as const, gain: 0.5, error: 0.25, devices: 3 },
    { period: 'recent' as const, gain: -0.5, error: null, devices: 1 },
  ];
  const announcement = {
    ...old,
    signature: 'ed25519:00',
    metrics: { ...old.metrics, overPrevious, shadow: { devices: 2, windows: 3, ...rates } },
  };
  expect(decodeModelAnnouncement(encodeModelAnnouncement(announcement))).toEqual(announcement);
});

test('dead letters keep the original bytes', () => {
  const letter = {
    id: 't:0:7',
    stage: 'decode',
    reason: 'broken_avro' as const,
    error: 'why',
    topic: 't',
    partition: 0,
    offset: 7,
    timestampMs: 5,
    key: null,
    value: Uint8Array.of(0, 255),
    headers: { trace: Uint8Array.of(1) },
  };
  const back = decodeDeadLetter(encodeDeadLetter(letter));
  expect({ ...back, value: [...back.value!], headers: [...back.headers['trace']] }).toEqual({
    ...letter,
    value: [0, 255],
    headers: [1],
  });
  expect(decodeDeadLetter(encodeDeadLetter({ ...letter, cutFromBytes: 9 })).cutFromBytes).toBe(9);
});

test('letters of before they could be cut are read', () => {
  const written =
    'c301a367f780598991d60a743a303a370c6465636f64651662726f6b656e5f6176726f067768790274000e000000000000144000020400ff00';
  const back = decodeDeadLetter(Buffer.from(written, 'hex'));
  expect(back).toMatchObject({ id: 't:0:7', reason: 'broken_avro', offset: 7 });
  expect([...back.value!]).toEqual([0, 255]);
  expect(back.cutFromBytes).toBeUndefined();
});

test('what was sent again is told from the letters beside it', () => {
  const mark = { id: 't:0:7', atMs: 5, who: 'Ada' };
  expect(decodeRedrive(encodeRedrive(mark))).toEqual(mark);
  expect(redriveCodec.recognises(encodeRedrive(mark))).toBe(true);
  expect(redriveCodec.recognises(encodeScoredWindow(scored))).toBe(false);
  expect(redriveCodec.recognises(new Uint8Array(3))).toBe(false);
});

test.each([
  ['a.topic:3:17', { topic: 'a.topic', partition: 3, offset: 17 }],
  ['a:b:3:17', { topic: 'a:b', partition: 3, offset: 17 }],
  ['a:3', null],
  [':1:2', null],
  ['a:1:-2', null],
])('the position of letter %s', (id, position) => {
  expect(letterPosition(id)).toEqual(position);
});

test('a record of another type is refused by name', () => {
  expect(() => decodeAlert(encodeScoredWindow(scored))).toThrow(/not a tocsin.Alert record/);
});

test('the fingerprint is CRC-64-AVRO: the value the Avro project publishes for "int"', () => {
  expect(schemaFingerprint(avro.Type.forSchema('int')).readBigUInt64LE()).toBe(8247732601305521295n);
});

describe('records of other writers', () => {
  const encode = (schema: avro.Schema, value: unknown) => avro.Type.forSchema(schema).toBuffer(value);
  const frame = (samples: avro.Schema, startMs: avro.Schema): avro.Schema => ({
    type: 'record',
    name: 'Frame',
    fields: [
      { name: 'deviceId', type: 'string' },
      { name: 'deviceClass', type: 'string' },
      { name: 'startMs', type: startMs },
      { name: 'rateHz', type: 'double' },
      { name: 'channels', type: { type: 'array', items: 'string' } },
      { name: 'samples', type: samples },
    ],
  });
  const body = { deviceId: 'pump-17', deviceClass: 'pump', startMs: 1_770_000_000_000, rateHz: 4300, channels: ['x', 'y'] };

  test('array<float> samples and a long timestamp', () => {
    const schema = frame({ type: 'array', items: 'float' }, 'long');
    const decoded = createTelemetryDecoder(schema)(encode(schema, { ...body, samples: [1, 2, 3, 4] }));
    expect(decoded).toEqual({ reading: { ...reading, startMs: 1_770_000_000_000 } });
  });

  test('a schema with the same fields resolves to ours, whatever its name', () => {
    const schema = { ...(frame('bytes', 'long') as object), name: 'Telemetry', namespace: 'tocsin' } as avro.Schema;
    const samples = Buffer.from(Float32Array.of(1, 2, 3, 4).buffer);
    expect(createTelemetryDecoder(schema)(encode(schema, { ...body, samples }))).toEqual({
      reading: { ...reading, startMs: 1_770_000_000_000 },
    });
  });

  test('single values through a field mapping', () => {
    const schema: avro.Schema = {
      type: 'record',
      name: 'Tag',
      fields: [
        { name: 'meta', type: { type: 'record', name: 'Meta', fields: [{ name: 'machine', type: 'string' }] } },
        { name: 'ts', type: 'long' },
        { name: 'p', type: 'float' },
      ],
    };
    const mapping = {
      ...canonicalMapping,
      deviceId: 'meta.machine',
      deviceClass: '=pump',
      startMs: 'ts',
      timeUnit: 's' as const,
      rateHz: '=1',
      values: { pressure: 'p' },
    };
    const decoded = createTelemetryDecoder(
      schema,
      mapping,
    )(encode(schema, { meta: { machine: 'm1' }, ts: 1_770_000_000, p: 2.5 }));
    expect(decoded).toEqual({
      reading: {
        deviceId: 'm1',
        deviceClass: 'pump',
        startMs: 1_770_000_000_000,
        rateHz: 1,
        channels: ['pressure'],
        samples: Float32Array.of(2.5),
      },
    });
  });

  test('broken bytes and missing fields are rejections that say what to do', () => {
    expect(decodeCanonical(Uint8Array.of(1, 2, 3))).toMatchObject({ rejection: { reason: 'broken_avro' } });
    const schema: avro.Schema = { type: 'record', name: 'Empty', fields: [{ name: 'a', type: 'int' }] };
    expect(createTelemetryDecoder(schema)(encode(schema, { a: 1 }))).toMatchObject({
      rejection: { reason: 'missing_device', message: expect.stringContaining("'deviceId' is missing") as string },
    });
  });
});
