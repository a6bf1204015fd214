// A schema registry over HTTP (the API of Confluent's, which Redpanda, Apicurio and Karapace speak too). Keeps nothing.
import { TransportError } from './transport-error.ts';

export type SchemaRegistry = {
  /** The Avro schema of an id as JSON text; null where the registry knows no such id. Rejects when it cannot be reached. */
  schemaOf(id: number): Promise<string | null>;
  /** One line about the registry; rejects when it cannot be reached. */
  ping(): Promise<string>;
};

/** `url` may hold user and password. */
export function createSchemaRegistry(url: string, timeoutMs = 5000): SchemaRegistry {
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const headers: Record<string, string> = { accept: 'application/vnd.schemaregistry.v1+json' };
  if (base.username !== '')
    headers['authorization'] = `Basic ${Buffer.from(`${base.username}:${base.password}`).toString('base64')}`;
  base.username = base.password = '';

  async function get(path: string): Promise<Response> {
    try {
      return await fetch(new URL(path, base), { headers, signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      throw unreachable(String(cause));
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
      const response = await get(`schemas/ids/${id}`);
      if (response.status === 404) return null;
      if (!response.ok) throw unreachable(`HTTP ${response.status}`);
      const body: unknown = await response.json();
      const schema = typeof body === 'object' && body !== null && 'schema' in body ? body.schema : null;
      return typeof schema === 'string' ? schema : null;
    },
    async ping() {
      const response = await get('subjects');
      if (!response.ok) throw unreachable(`HTTP ${response.status}`);
      const subjects: unknown = await response.json();
      return `schema registry at ${base.href}, ${Array.isArray(subjects) ? subjects.length : 0} subjects`;
    },
  };
}
