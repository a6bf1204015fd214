// A schema registry over HTTP (the API of Confluent's, which Redpanda, Apicurio and Karapace speak too). Keeps nothing, and
// believes nothing of what it is answered: every answer is bounded in time and in bytes.
import { TransportError } from './transport-error.ts';

export type SchemaRegistry = {
  /**
   * The Avro schema of an id as JSON text; null where the registry has none that could be used. Rejects, retriably, when it cannot
   * be reached or answers as only something broken or in between would.
   */
  schemaOf(id: number): Promise<string | null>;
  /** One line about the registry; rejects when it cannot be reached. */
  ping(): Promise<string>;
};

/** Schemas have some kilobytes. */
const answerBytesMax = 1024 * 1024;
/** A client is refused with these for now; any other 4xx is about the id. */
const passingStatuses = [401, 403, 407, 408, 425, 429];

/** `url` may hold user and password. */
export function createSchemaRegistry(url: string, timeoutMs = 5000): SchemaRegistry {
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const headers: Record<string, string> = { accept: 'application/vnd.schemaregistry.v1+json' };
  if (base.username !== '')
    headers['authorization'] = `Basic ${Buffer.from(`${base.username}:${base.password}`).toString('base64')}`;
  base.username = base.password = '';

  /** Status and parsed body; null where there is none, or one larger than any answer of a registry. */
  async function get(path: string): Promise<{ status: number; body: unknown }> {
    let status: number;
    let text: string | null;
    try {
      const response = await fetch(new URL(path, base), { headers, signal: AbortSignal.timeout(timeoutMs) });
      status = response.status;
      text = await readText(response);
    } catch (cause) {
      throw unreachable(String(cause));
    }
    if (status !== 200 || text === null) return { status, body: null };
    try {
      return { status, body: JSON.parse(text) };
    } catch {
      throw unreachable(`it answered ${JSON.stringify(text.slice(0, 40))}, expected JSON; is this a proxy?`);
    }
  }

  function unreachable(why: string): TransportError {
    return new TransportError(
      'unreachable',
      `schema registry ${base.href} cannot be used (${why}); check registry.url and the network`,
    );
  }

  return {
    async schemaOf(id) {
      const { status, body } = await get(`schemas/ids/${id}`);
      if (status >= 400 && status < 500 && !passingStatuses.includes(status)) return null;
      if (status !== 200) throw unreachable(`HTTP ${status}`);
      const schema = typeof body === 'object' && body !== null && 'schema' in body ? body.schema : null;
      return typeof schema === 'string' ? schema : null;
    },
    async ping() {
      const { status, body } = await get('subjects');
      if (status !== 200) throw unreachable(`HTTP ${status}`);
      return `schema registry at ${base.href}, ${Array.isArray(body) ? body.length : 0} subjects`;
    },
  };
}

/** Null for a body that is too large, which is not read to its end. */
async function readText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) return null;
  }
  return Buffer.concat(chunks).toString();
}
