import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSchemaRegistry, type SchemaRegistry } from './schema-registry.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function registryThat(answers: (response: ServerResponse) => void): Promise<SchemaRegistry> {
  const server = createServer((_, response) => answers(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return createSchemaRegistry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 500);
}

test.each<[string, number, string, string | null]>([
  ['a schema', 200, '{"schema":"\\"int\\""}', '"int"'],
  ['no such id', 404, '{"error_code":40403}', null],
  ['an id it would never have', 422, '{}', null],
  ['no schema in it', 200, '{"schema":7}', null],
  ['more than a schema can be', 200, `{"schema":"${'x'.repeat(2 ** 20)}"}`, null],
])('%s is an answer', async (_, status, body, schema) => {
  const registry = await registryThat((response) => response.writeHead(status).end(body));
  expect(await registry.schemaOf(1)).toBe(schema);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['trouble of its own', (response) => response.writeHead(503).end()],
  ['a page of a proxy', (response) => response.end('<html>')],
  ['too many questions', (response) => response.writeHead(429).end()],
  ['half an answer', (response) => response.write('{"sch', () => response.destroy())],
  ['none in time', () => undefined],
])('%s is worth another attempt', async (_, answers) => {
  await expect((await registryThat(answers)).schemaOf(1)).rejects.toMatchObject({ code: 'unreachable', isRetriable: true });
});
