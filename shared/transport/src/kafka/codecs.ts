// Teaches kafkajs the codecs it lacks. A batch in a codec it does not know ends a kafkajs consumer for good.
import * as zstd from 'fzstd';
// Node finds only some of this CommonJS package's exports by name, not these.
import kafkajs from 'kafkajs';
import snappy from 'kafkajs-snappy';
import lz4 from 'lz4js';

type Codec = { compress(encoder: { buffer: Buffer }): Promise<Buffer>; decompress(buffer: Buffer): Promise<Buffer> };

/** Registers snappy, lz4 and zstd (the latter only for reading) for the whole process; gzip is built in. */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.Snappy] = snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4Codec;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
}

const lz4Codec: Codec = {
  compress: async (encoder) => asBuffer(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => asBuffer(lz4.decompress(buffer)),
};

const zstdCodec: Codec = {
  compress: async () => {
    throw new Error('zstd can be read but not written: choose gzip, lz4, snappy or none for what you send');
  },
  decompress: async (buffer) => asBuffer(zstd.decompress(buffer)),
};

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
