import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../../base/index.ts';
import type { Encoding } from '../../ingest/index.ts';
import type { Batch } from '../../model/index.ts';
import type { DoorName } from '../meter.ts';
import type { TenantDoors } from '../tenant.ts';
import type { ContentCoding } from './inflate.ts';

/** How one ingest protocol reads bodies and words its answers; everything else is common to them. */
export interface Protocol {
  /** HTTP status of a fault. */
  statusOf(fault: Fault): number;
  /** Checks Content-Type and Content-Encoding: how the body is to be read, or a fault. */
  accept(request: IncomingMessage): Accepted | Fault;
  succeed(response: ServerResponse, batch: Batch, accepted: Accepted): number;
  fail(response: ServerResponse, fault: Fault, status: number, accepted: Accepted | undefined): void;
}

export interface Accepted {
  readonly door: DoorName;
  readonly coding: ContentCoding;
  readonly encoding: Encoding;
  decode(tenant: TenantDoors, bytes: Uint8Array): Batch | Fault;
}

/** The Content-Type without its parameters. */
export function mediaType(request: IncomingMessage): string {
  const header = request.headers['content-type'] ?? '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}
