import avro from 'avsc';
import { describe, expect, test } from 'vitest';
import { createBoundsCheck } from './bounds-check.ts';

const checkOf = (schema: avro.Schema) => createBoundsCheck(avro.Type.forSchema(schema));
const long = avro.Type.forSchema('long');

describe('bytes that ask for more than they hold are refused before they are decoded', () => {
  test.each<[string, avro.Schema, Buffer]>([
    ['four billion numbers', { type: 'array', items: 'int' }, long.toBuffer(2 ** 32 - 1)],
    ['four billion nothings', { type: 'array', items: 'null' }, Buffer.concat([long.toBuffer(2 ** 32 - 1), Buffer.of(0)])],
    ['as many of a fixed length', { type: 'array', items: 'float' }, long.toBuffer(2 ** 40)],
    ['keys of a map', { type: 'map', values: 'null' }, long.toBuffer(2 ** 31)],
    ['a block that goes back to itself', { type: 'array', items: 'int' }, Buffer.of(1, 3)],
    ['a text longer than the record', 'string', long.toBuffer(100)],
    ['a text of a negative length', 'string', long.toBuffer(-100)],
    ['a branch that is not there', ['null', 'int'], Buffer.of(8)],
  ])('%s', (_, schema, bytes) => {
    expect(() => checkOf(schema)(bytes)).toThrow(RangeError);
  });

  test('a thousand billion records without a byte', () => {
    let schema: avro.Schema = { type: 'record', name: 'R0', fields: [] };
    for (let i = 1; i <= 40; i++)
      schema = {
        type: 'record',
        name: `R${i}`,
        fields: [
          { name: 'a', type: schema },
          { name: 'b', type: `R${i - 1}` },
        ],
      };
    expect(() => checkOf(schema)(new Uint8Array(0))).toThrow(/more items/);
  });
});

test('what avsc writes is let through, whatever the schema', () => {
  const tree: avro.Schema = {
    type: 'record',
    name: 'Node',
    fields: [
      { name: 'name', type: 'string' },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'values', type: { type: 'array', items: ['null', 'double'] } },
      { name: 'flags', type: { type: 'array', items: 'null' } },
      { name: 'raw', type: { type: 'array', items: { type: 'fixed', name: 'Three', size: 3 } } },
      { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
      { name: 'children', type: { type: 'map', values: 'Node' } },
    ],
  };
  const type = avro.Type.forSchema(tree);
  const leaf = { name: '', at: -5, values: [], flags: [], raw: [], kind: 'A', children: {} };
  const root = {
    name: 'räum',
    at: 2 ** 52,
    values: [1, null, 2],
    flags: Array.from({ length: 1000 }, () => null),
    raw: [Buffer.from('abc'), Buffer.from('def')],
    kind: 'B',
    children: { one: leaf, two: { ...leaf, children: { three: leaf } } },
  };
  expect(() => createBoundsCheck(type)(type.toBuffer(root))).not.toThrow();
});
