export * from './port.ts';
export { TransportError, type TransportErrorCode } from './transport-error.ts';
export { createKafkaTransport } from './kafka/kafka-transport.ts';
export type { KafkaOptions } from './kafka/kafka-options.ts';
export { createEmbeddedTransport, type EmbeddedOptions } from './embedded/embedded-transport.ts';
export { openTransport, type TransportChoice } from './open-transport.ts';
export { recordBytes, sendBytesMax } from './outgoing-bytes.ts';
export { partitionOf } from './partition-of.ts';
export { createSchemaRegistry, type SchemaRegistry } from './schema-registry.ts';
