import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Fault, permanent } from '../base/index.ts';
import type { ServeConfig } from './config.ts';

export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads certificate and key; a fault that names the configuration key when either is missing or does not fit. */
export function readTls(config: ServeConfig['tls']): TlsMaterial | undefined | Fault {
  if (config === undefined) return undefined;
  let at = 'serve.tls.cert_file';
  try {
    const cert = readFileSync(config.cert_file);
    at = 'serve.tls.key_file';
    const key = readFileSync(config.key_file);
    at = 'serve.tls';
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (error) {
    return permanent('invalid', `${at}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
