import { createHash, timingSafeEqual } from 'node:crypto';
import { type Fault, permanent, type Telemetry } from '../base/index.ts';
import { type Scope, scopes, type TokenConfig } from './config.ts';

/** Who a request comes from, and what they may do. */
export interface Principal {
  readonly name: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
}

export interface Authenticator {
  /** False when there are no tokens: then everybody is the anonymous principal of tenant `default`. */
  readonly required: boolean;
  /** The principal behind an Authorization header who holds `scope`; `unauthenticated` or `forbidden` else. */
  authorize(header: string | undefined, scope: Scope): Principal | Fault;
}

const anonymous: Principal = {
  name: 'anonymous',
  tenant: 'default',
  scopes: new Set(scopes),
};
/** Longest credential looked at, in characters. */
const TOKEN_LENGTH_MAX = 512;

/** Bearer tokens (RFC 6750), known only by their SHA-256, compared in constant time. */
export function createAuthenticator(tokens: readonly TokenConfig[], telemetry: Telemetry): Authenticator {
  if (tokens.length === 0) return { required: false, authorize: () => anonymous };
  const known = tokens.map((token) => ({
    hash: Buffer.from(token.sha256, 'hex'),
    principal: { name: token.name, tenant: token.tenant, scopes: new Set(token.scopes) } satisfies Principal,
  }));
  const refuse = (reason: 'missing' | 'malformed' | 'unknown' | 'scope', fault: Fault): Fault => {
    telemetry
      .counter('statbar_auth_failures_total', 'Requests refused for their credentials.', { reason })
      .add(1);
    return fault;
  };
  return {
    required: true,
    authorize(header, scope) {
      if (header === undefined || header === '') {
        return refuse(
          'missing',
          permanent('unauthenticated', 'a bearer token is required: send "Authorization: Bearer TOKEN"'),
        );
      }
      const token = bearerToken(header);
      if (token === undefined) {
        return refuse(
          'malformed',
          permanent('unauthenticated', 'the Authorization header is not "Bearer TOKEN"'),
        );
      }
      const hash = createHash('sha256').update(token).digest();
      // Every token is compared, so that the time taken does not tell which one came close.
      let found: Principal | undefined;
      for (const candidate of known) {
        if (timingSafeEqual(candidate.hash, hash)) found = candidate.principal;
      }
      if (found === undefined) {
        return refuse('unknown', permanent('unauthenticated', 'the bearer token is not known here'));
      }
      if (!found.scopes.has(scope)) {
        return refuse(
          'scope',
          permanent('forbidden', `the token of "${found.name}" lacks the scope ${scope}`),
        );
      }
      return found;
    },
  };
}

function bearerToken(header: string): string | undefined {
  if (header.length > TOKEN_LENGTH_MAX) return undefined;
  return /^bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header)?.[1];
}
