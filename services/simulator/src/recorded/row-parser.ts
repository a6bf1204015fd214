// How the bytes of a recorded file become rows, whatever its format.

/** Takes the unpacked bytes of a file in any cut; `end` takes what is left of the last row. */
export type RowParser = { push(bytes: Uint8Array): void; end(): void };

/** Receives one row; `values` (one per channel) is only valid during the call. */
export type RowSink = (timeMs: number, values: Float64Array) => void;
