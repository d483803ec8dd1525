/**
 * What can go wrong for a caller, with a verdict about retrying. Faults are values that are returned;
 * only bugs are thrown.
 */
export type FaultCode =
  | 'invalid' // the request can never succeed as it is
  | 'too_large' // over a size limit, before or after decompression
  | 'unsupported' // a media type, encoding or method that is not spoken here
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'overloaded' // back-pressure: the same request may succeed later
  | 'unavailable' // the store cannot take writes now (disk full, shutting down)
  | 'timeout'
  | 'canceled'
  | 'limit' // a query over one of its limits
  | 'execution' // a well-formed query that these data give no answer to, as many-to-many matching
  | 'internal';

export interface Fault {
  readonly code: FaultCode;
  /** English, for a person; names what was wrong and, where there is one, the limit's configuration key. */
  readonly message: string;
  readonly retryable: boolean;
  /** When the caller should try again; only with `retryable`. */
  readonly retryAfterMs?: number;
}

export function permanent(code: FaultCode, message: string): Fault {
  return { code, message, retryable: false };
}

export function retryable(code: FaultCode, message: string, retryAfterMs: number): Fault {
  return { code, message, retryable: true, retryAfterMs };
}

/** Carries a fault through code that can only throw (deep parsers, library callbacks). */
export class FaultError extends Error {
  override name = 'FaultError';
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

export function isFault(value: unknown): value is Fault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    'retryable' in value
  );
}
