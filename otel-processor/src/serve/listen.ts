import type { AddressInfo } from 'node:net';
import { type Fault, permanent } from '../base/index.ts';

/** The part of a server that opening it needs; `http`, `https` and `http2` ones have it. */
export interface ListeningServer {
  listen(options: { host: string; port: number }, listening: () => void): unknown;
  address(): AddressInfo | string | null;
  once(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  off(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** Splits `HOST:PORT`; IPv6 hosts lose their brackets. */
export function parseAddress(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host, port: Number(text.slice(colon + 1)) };
}

export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Opens `server` at `address`; the address really taken, or a fault of code `unavailable` that names the key. */
export function listenOn(server: ListeningServer, address: string, key: string): Promise<string | Fault> {
  const { host, port } = parseAddress(address);
  if (port > 65_535) return Promise.resolve(permanent('invalid', `${key}: there is no port ${port}`));
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      resolve(permanent('unavailable', `${key}: cannot listen on ${address}: ${reasonOf(error)}`));
    };
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      const taken = server.address();
      resolve(formatAddress(host, typeof taken === 'object' && taken !== null ? taken.port : port));
    });
  });
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'the port is in use (is StatBar running already?)';
    case 'EACCES':
      return 'not permitted (ports below 1024 need privileges)';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine does not have that address';
    default:
      return error.message;
  }
}
