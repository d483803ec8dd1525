import { Observable } from 'rxjs';
import { Variables } from '../grafana-host/page/variables/variables.ts';

/*
 * What the data source takes of @grafana/runtime, in Node: requests, variables, the viewer. The package itself needs a
 * browser; everything that asks and answers is the data source's own code.
 */

export const variables = new Variables();

export const config = { bootData: { user: { language: 'en-US' } } };

export function getTemplateSrv(): object {
  return {
    getVariables: () => variables.models(),
    replace: (...given: Parameters<Variables['replace']>) => variables.replace(...given),
    containsTemplate: (text?: string) => variables.contains(text),
  };
}

interface Request {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly data?: string;
  readonly abortSignal?: AbortSignal;
}

export function getBackendSrv(): object {
  return {
    fetch: ({ url, method = 'GET', headers = {}, data, abortSignal }: Request) =>
      new Observable((subscriber) => {
        const ask = async (): Promise<void> => {
          const response = await fetch(url, {
            ...{ method, headers },
            ...(data === undefined ? {} : { body: data }),
            ...(abortSignal === undefined ? {} : { signal: abortSignal }),
          });
          const answer = { data: await response.text(), status: response.status };
          if (!response.ok) throw answer;
          subscriber.next(answer);
          subscriber.complete();
        };
        ask().catch((error: unknown) => subscriber.error(error));
      }),
  };
}
