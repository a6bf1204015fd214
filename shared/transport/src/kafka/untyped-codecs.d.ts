// The two codec packages bring no types of their own.
declare module 'kafkajs-snappy' {
  const createCodec: () => unknown;
  export default createCodec;
}
declare module 'lz4js' {
  const lz4: { compress(bytes: Uint8Array): Uint8Array; decompress(bytes: Uint8Array): Uint8Array };
  export default lz4;
}
