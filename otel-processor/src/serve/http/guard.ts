import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fault, permanent } from '../../base/index.ts';

/** Protects a service that a browser can reach from what web pages of others make that browser send. */
export interface BrowserGuard {
  /**
   * Refuses an unknown Host (DNS rebinding, only when there are no tokens) and changes asked for by a foreign
   * origin; sets the CORS headers of an allowed one. True when a preflight was answered and nothing is left to do.
   */
  check(request: IncomingMessage, response: ServerResponse): Fault | boolean;
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

export function createBrowserGuard(options: {
  readonly tokensRequired: boolean;
  readonly allowedHosts: readonly string[];
  readonly corsOrigins: readonly string[];
}): BrowserGuard {
  const hosts = new Set([...loopbackNames, ...options.allowedHosts.map((host) => host.toLowerCase())]);
  const origins = new Set(options.corsOrigins);

  return {
    check(request, response) {
      const { host, origin } = request.headers;
      if (!options.tokensRequired && host !== undefined && !hosts.has(hostName(host))) {
        return permanent(
          'forbidden',
          `the host ${JSON.stringify(host.slice(0, 100))} is not one of this service (see serve.allowed_hosts)`,
        );
      }
      if (origin === undefined) return false;
      const allowed = origins.has('*') || origins.has(origin);
      if (allowed) allow(response, origins.has('*') ? '*' : origin);
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
        return preflight(response, allowed);
      }
      const changing = request.method !== 'GET' && request.method !== 'HEAD';
      if (changing && !allowed && !isOwnOrigin(origin, host)) {
        return permanent(
          'forbidden',
          'requests from this web origin are not allowed (see serve.cors_origins)',
        );
      }
      return false;
    },
  };
}

function allow(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  if (origin !== '*') response.setHeader('Vary', 'Origin');
}

function preflight(response: ServerResponse, allowed: boolean): boolean {
  if (allowed) {
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    response.setHeader(
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type, Content-Encoding, Last-Event-ID',
    );
    response.setHeader('Access-Control-Max-Age', '600');
  }
  response.writeHead(allowed ? 204 : 403).end();
  return true;
}

function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin.replace(/^https?:\/\//, '').toLowerCase() === host.toLowerCase();
}
