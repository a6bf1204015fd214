// A receiver of webhooks: every notice is one signed POST, with the same id and body however often it is sent.
import { linksOf, type LinkPlan } from '../notices/answer-links.ts';
import { noticeBody } from '../notices/notice-body.ts';
import { post } from './post.ts';
import { signWebhook } from './sign-webhook.ts';
import type { Sink } from './sink.ts';

export type WebhookOptions = {
  name: string;
  url: string;
  secret: string;
  headers: Readonly<Record<string, string>>;
  /** Under whose name links answer. */
  recipient: string;
  links: LinkPlan;
  timeoutMs: number;
  now(): number;
};

export function createWebhook({ name, url, secret, headers, recipient, links, timeoutMs, now }: WebhookOptions): Sink {
  return {
    name,
    deliver(notice, _partition, signal) {
      const body = noticeBody(notice, linksOf(notice, links, recipient));
      const signed = { 'idempotency-key': notice.key, ...signWebhook(notice.key, now(), body, secret) };
      return post({ url, body, headers: { ...headers, ...signed }, timeoutMs, signal });
    },
  };
}
