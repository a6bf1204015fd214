// Asks the API. Errors become sentences that name what was wrong and what to do.
import type { Problem } from '../../src/api/about-api.ts';

export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Rejects with an `ApiError`; status 0 where there was no answer at all. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answerOf(await fetched(path, signal === undefined ? {} : { signal }));
}

export async function tell<T>(path: string, body: object): Promise<T> {
  return answerOf(
    await fetched(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  );
}

async function fetched(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The console does not answer. It is asked again as soon as it does.');
  }
}

async function answerOf<T>(response: Response): Promise<T> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as T;
  // Signing in is for the browser to ask, which it does for whole pages.
  if (response.status === 401) throw new ApiError(401, 'You are not signed in any more. Load this page again to sign in.');
  const problem = body as Partial<Problem> | null;
  throw new ApiError(response.status, problem?.error?.message ?? `The console answered with ${response.status}.`);
}

/** A query string of what is set. */
export function queryOf(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return new URLSearchParams(set).toString();
}
