// The nouns that pass between rooms, and their Avro forms.
export * from './alert.ts';
export * from './dead-letter.ts';
export * from './device-class.ts';
export * from './device-state.ts';
export * from './log-message.ts';
export * from './model-bundle.ts';
export * from './reading.ts';
export * from './rejection.ts';
export * from './state-keys.ts';
export * from './telemetry-mapping.ts';
export * from './window.ts';
export * from './avro/alert.ts';
export * from './avro/dead-letter.ts';
export * from './avro/model-announcement.ts';
export * from './avro/scored-window.ts';
export { isSingleObject, schemaFingerprint, type RecordCodec } from './avro/single-object.ts';
export * from './avro/telemetry-decoder.ts';
export * from './avro/telemetry.ts';
