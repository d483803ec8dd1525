import { type Fault, isFault, permanent } from '../../base/index.ts';
import type { ApiRequest } from '../api.ts';

/** The body as JSON. */
export async function jsonBody(request: ApiRequest): Promise<{ readonly json: unknown } | Fault> {
  const bytes = await request.body();
  if (isFault(bytes)) return bytes;
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return permanent('invalid', `the body is not JSON: ${why}`);
  }
}

export function data(value: unknown, status = 200): Response {
  return Response.json({ status: 'success', data: value }, { status });
}
