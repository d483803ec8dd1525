import type { PrometheusErrorType } from '@statbar/sdk/wire';
import type { Fault, FaultCode } from '../../base/index.ts';

const byCode: Readonly<Record<FaultCode, readonly [status: number, type: PrometheusErrorType]>> = {
  invalid: [400, 'bad_data'],
  too_large: [413, 'bad_data'],
  unsupported: [415, 'bad_data'],
  unauthenticated: [401, 'unauthorized'],
  forbidden: [403, 'forbidden'],
  not_found: [404, 'not_found'],
  overloaded: [503, 'unavailable'],
  unavailable: [503, 'unavailable'],
  timeout: [503, 'timeout'],
  canceled: [503, 'canceled'],
  limit: [422, 'execution'],
  execution: [422, 'execution'],
  internal: [500, 'internal'],
};

/** HTTP status of a fault in the Prometheus API. */
export function errorStatus(fault: Fault): number {
  return byCode[fault.code][0];
}

export function errorType(fault: Fault): PrometheusErrorType {
  return byCode[fault.code][1];
}

/** Body of an error answer. */
export function errorJson(fault: Fault): string {
  return JSON.stringify({ status: 'error', errorType: errorType(fault), error: fault.message });
}
