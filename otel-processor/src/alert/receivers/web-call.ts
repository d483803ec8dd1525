import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { durationField } from '../../base/index.ts';
import type { HttpRequest, Notification } from '../types.ts';

/** Keys of every receiver that posts JSON of ours to a URL of the user's. */
export function webCallFields(url: string, timeout: { readonly default: string; readonly text: string }) {
  return {
    url: z
      .url({ protocol: /^https?$/, error: 'expected a URL that starts with http:// or https://' })
      .describe(`${url} May be \`\${env:NAME}\`.`)
      .meta({ secret: true }),
    secret: z
      .string()
      .min(16, 'expected at least 16 characters')
      .optional()
      .describe('Key of the signature in `X-StatBar-Signature`. May be `${env:NAME}`.')
      .meta({ secret: true }),
    authorization: z
      .string()
      .optional()
      .describe('Value of the header Authorization. May be `${env:NAME}`.')
      .meta({ secret: true }),
    timeout: durationField(timeout.default, timeout.text),
  };
}

interface WebCallConfig {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly authorization?: string | undefined;
  readonly timeout: number;
}

/**
 * A POST of `message`. `Idempotency-Key` is the same for every attempt at the same content;
 * `X-StatBar-Signature: t=SECONDS,v1=HEX` is the HMAC-SHA256 of `SECONDS.BODY`, so that an old request cannot be replayed.
 */
export function webCall(
  { url, secret, authorization, timeout }: WebCallConfig,
  message: unknown,
  { idempotencyKey, nowMs }: Pick<Notification, 'idempotencyKey' | 'nowMs'>,
): HttpRequest {
  const body = JSON.stringify(message);
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'User-Agent': 'StatBar',
    'Idempotency-Key': idempotencyKey,
  };
  if (authorization !== undefined) headers['Authorization'] = authorization;
  if (secret !== undefined) {
    headers['X-StatBar-Signature'] = signature(secret, body, Math.floor(nowMs / 1000));
  }
  return { method: 'POST', url, headers, body, timeoutMs: timeout };
}

export function signature(secret: string, body: string, atSeconds: number): string {
  const hex = createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex');
  return `t=${atSeconds},v1=${hex}`;
}
