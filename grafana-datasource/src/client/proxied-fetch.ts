import { type BackendSrv, config, type FetchError, getBackendSrv } from '@grafana/runtime';
import { firstValueFrom } from 'rxjs';

/**
 * `fetch` by way of Grafana: it adds what the signed-in person needs, and its data proxy adds the token. Answers that
 * are errors come back as answers, so that the service's own words reach the viewer.
 */
export function proxiedFetch(backend: () => BackendSrv = getBackendSrv): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    try {
      const answer = await firstValueFrom(
        backend().fetch<string>({
          url: String(input),
          method: init.method ?? 'GET',
          headers: Object.fromEntries(headers),
          ...(init.body === undefined || init.body === null ? {} : bodyOf(init.body, headers)),
          ...(init.signal ? { abortSignal: init.signal } : {}),
          responseType: 'text',
          showErrorAlert: false,
        }),
      );
      return new Response(answer.data, { status: answer.status });
    } catch (error) {
      if (!isFetchError(error) || error.status < 200) throw error;
      const { data, status } = error;
      return new Response(typeof data === 'string' ? data : JSON.stringify(data), { status });
    }
  };
}

function bodyOf(body: BodyInit, headers: Headers): { data: unknown; headers: Record<string, string> } {
  if (body instanceof URLSearchParams) headers.set('content-type', 'application/x-www-form-urlencoded');
  return {
    data: body instanceof URLSearchParams ? body.toString() : body,
    headers: Object.fromEntries(headers),
  };
}

function isFetchError(error: unknown): error is FetchError {
  return typeof error === 'object' && error !== null && typeof (error as FetchError).status === 'number';
}

/** `fetch` for answers that come piece by piece, which Grafana's own client keeps back until they are whole. */
export function streamingFetch(): typeof globalThis.fetch {
  return (input, init = {}) => {
    const headers = new Headers(init.headers);
    const { orgId } = config.bootData?.user ?? {};
    if (orgId) headers.set('X-Grafana-Org-Id', String(orgId));
    return globalThis.fetch(input, { ...init, headers, credentials: 'same-origin' });
  };
}
