// The nouns that pass between rooms, and their Avro forms.
export * from './alert.ts';
export * from './dead-letter.ts';
export * from './device-class.ts';
export * from './device-state.ts';
export * from './model-bundle.ts';
export * from './reading.ts';
export * from './rejection.ts';
export * from './window.ts';
