// The signature of a webhook, as https://www.standardwebhooks.com describes it: HMAC-SHA256 over id, time and body, so that a
// receiver knows who speaks, what it was, and that nobody plays an old one again.
import { createHmac } from 'node:crypto';

/** The three headers. `secret` is `whsec_` and Base64, or any text. */
export function signWebhook(id: string, atMs: number, body: string, secret: string): Record<string, string> {
  const seconds = String(Math.floor(atMs / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}
