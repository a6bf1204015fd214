export * from './port.ts';
export { TransportError, type TransportErrorCode } from './transport-error.ts';
export { createKafkaTransport } from './kafka/kafka-transport.ts';
export type { KafkaLogEntry, KafkaOptions } from './kafka/kafka-options.ts';
export { createSchemaRegistry, type SchemaRegistry } from './schema-registry.ts';
