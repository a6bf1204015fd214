// One HTTP request with a time limit, and what its answer means.
import type { Attempt } from './sink.ts';

export type PostOptions = {
  url: string;
  body: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal: AbortSignal;
};

/** This body is wrong, and will be wrong the next time. Everything else may be put right over there. */
const refusals = new Set([400, 413, 415, 422]);
const shownChars = 200;

/** Posts JSON. Redirects are failures: what is signed for one place is not for another. Never rejects. */
export async function post({ url, body, headers, timeoutMs, signal }: PostOptions): Promise<Attempt> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'user-agent': 'tocsin', ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
    });
    if (response.ok) {
      // What it says beside that is not waited for.
      await response.body?.cancel().catch(() => undefined);
      return { outcome: 'delivered' };
    }
    const said = await beginning(response);
    const why = `status ${response.status}${said === '' ? '' : `: ${said}`}`;
    if (refusals.has(response.status)) return { outcome: 'refused', why };
    return { outcome: 'failed', reason: 'status', why, ...retryAfter(response.headers.get('retry-after')) };
  } catch (error) {
    if (limit.aborted) return { outcome: 'failed', reason: 'timeout', why: `no answer within ${timeoutMs} ms` };
    return { outcome: 'failed', reason: 'unreachable', why: reasonOf(error) };
  }
}

/** The beginning of an answer; the rest is not waited for, however much it is. Empty where it does not come: the status has been said. */
async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const first = await reader?.read().catch(() => undefined);
  await reader?.cancel().catch(() => undefined);
  const text = new TextDecoder().decode(first?.value?.subarray(0, shownChars) ?? new Uint8Array());
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). Whatever else it says is not heeded. */
function retryAfter(text: string | null): { retryAfterMs?: number } {
  if (text === null) return {};
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : text.endsWith(' GMT') ? Date.parse(text) - Date.now() : NaN;
  return Number.isNaN(waitMs) ? {} : { retryAfterMs: Math.max(0, waitMs) };
}

/** `fetch` hides what went wrong one level down. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
