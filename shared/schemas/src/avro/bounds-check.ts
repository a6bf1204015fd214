// Walks the bytes of a record along its schema before avsc decodes them. avsc believes what a block says of its own length and
// looks for the end of the bytes only afterwards: ten bytes can ask for an array of four billion items, or send it round for ever.
import avro from 'avsc';

/** Throws RangeError where the bytes end early, or where decoding them would take far more steps than they have bytes. */
export type BoundsCheck = (bytes: Uint8Array) => void;

/** Steps that a record may take whatever its length, and per byte beyond that: a record of empty records has no bytes at all. */
const stepsMin = 100_000;
const stepsPerByte = 16;

type Cursor = { bytes: Uint8Array; at: number; steps: number };
type Skip = (cursor: Cursor) => void;

const fixedBytes: Readonly<Record<string, number>> = { null: 0, boolean: 1, float: 4, double: 8 };

/** The check for one schema; made once, since it looks at every part of it. */
export function createBoundsCheck(type: avro.Type): BoundsCheck {
  const skip = skipOf(type, new Map());
  return (bytes) => skip({ bytes, at: 0, steps: stepsMin + stepsPerByte * bytes.byteLength });
}

/** `known` holds named types that may contain themselves. */
function skipOf(type: avro.Type, known: Map<avro.Type, Skip>): Skip {
  const { types } = avro;
  const found = known.get(type);
  if (found !== undefined) return found;
  if (type instanceof types.LogicalType) return skipOf(type.underlyingType, known);
  if (type instanceof types.RecordType) {
    const fields: Skip[] = [];
    const skip: Skip = (cursor) => {
      step(cursor);
      for (const field of fields) field(cursor);
    };
    known.set(type, skip);
    for (const field of type.fields) fields.push(skipOf(field.type, known));
    return skip;
  }
  if (type instanceof types.ArrayType) return blocksOf(skipOf(type.itemsType, known), sizeOf(type.itemsType));
  if (type instanceof types.MapType) {
    const value = skipOf(type.valuesType, known);
    return blocksOf((cursor) => {
      skipText(cursor);
      value(cursor);
    }, null);
  }
  if (type instanceof types.UnwrappedUnionType || type instanceof types.WrappedUnionType) {
    const branches = type.types.map((branch) => skipOf(branch, known));
    return (cursor) => {
      const branch = branches[readLong(cursor)];
      if (branch === undefined) throw new RangeError('a branch that its union does not have');
      step(cursor);
      branch(cursor);
    };
  }
  const bytes = sizeOf(type);
  if (bytes !== null) return (cursor) => take(cursor, bytes);
  return type.typeName === 'string' || type.typeName === 'bytes' ? skipText : readLong;
}

function sizeOf(type: avro.Type): number | null {
  return type instanceof avro.types.FixedType ? type.size : (fixedBytes[type.typeName] ?? null);
}

function blocksOf(item: Skip, itemBytes: number | null): Skip {
  return (cursor) => {
    for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
      step(cursor);
      // A negative count is followed by the bytes of its block, for readers that pass over it.
      if (count < 0 && readLong(cursor) < 0) throw new RangeError('a block of a negative length');
      const items = Math.abs(count);
      if (itemBytes !== null && itemBytes > 0) take(cursor, items * itemBytes);
      else
        for (let i = 0; i < items; i++) {
          step(cursor);
          item(cursor);
        }
    }
  };
}

function skipText(cursor: Cursor): void {
  const length = readLong(cursor);
  if (length < 0) throw new RangeError('a text of a negative length');
  take(cursor, length);
}

function readLong(cursor: Cursor): number {
  let [zigzag, scale, byte] = [0, 1, 0];
  do {
    take(cursor, 1);
    byte = cursor.bytes[cursor.at - 1];
    zigzag += (byte & 0x7f) * scale;
    scale *= 128;
  } while (byte >= 0x80);
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

function take(cursor: Cursor, bytes: number): void {
  cursor.at += bytes;
  if (!(cursor.at <= cursor.bytes.byteLength))
    throw new RangeError(`${cursor.bytes.byteLength} bytes, and ${bytes} more were announced`);
}

function step(cursor: Cursor): void {
  if (--cursor.steps < 0) throw new RangeError(`more items than ${cursor.bytes.byteLength} bytes can hold`);
}
