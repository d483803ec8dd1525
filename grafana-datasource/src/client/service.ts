import { type AlertsClient, createAlertsClient } from '@statbar/sdk/alerts';
import { type ClientOptions, createQueryClient, type QueryClient } from '@statbar/sdk/query';
import { nowMs } from '../base/clock.ts';
import type { Metadata } from '../frames/units.ts';
import { proxiedFetch, streamingFetch } from './proxied-fetch.ts';

const METADATA_MAX_AGE_MS = 60_000;

/** The service behind the data source, with what is asked so often that it is kept for a while. */
export class Service {
  readonly client: QueryClient;
  readonly alerts: AlertsClient;
  readonly stream: ClientOptions;
  #metadata: { readonly atMs: number; readonly answer: Promise<Metadata> } | undefined;

  /** `url` is that of Grafana's data proxy: it adds the token. */
  constructor(url: string, variables: () => readonly string[] = () => []) {
    this.variables = variables;
    const options: ClientOptions = { baseUrl: url, fetch: proxiedFetch() };
    this.client = createQueryClient(options);
    this.alerts = createAlertsClient(options);
    this.stream = { baseUrl: url, fetch: streamingFetch() };
  }

  /** Type, unit and help of all metrics; empty when they cannot be had: nothing depends on them but comfort. */
  readonly metadata = (): Promise<Metadata> => {
    const kept = this.#metadata;
    if (kept !== undefined && nowMs() - kept.atMs < METADATA_MAX_AGE_MS) return kept.answer;
    const answer = this.client.metadata().catch((): Metadata => ({}));
    this.#metadata = { atMs: nowMs(), answer };
    return answer;
  };

  /** Names of the dashboard's variables, as they are now. */
  readonly variables: () => readonly string[];

  async metrics(match?: string): Promise<readonly string[]> {
    return this.client.labelValues('__name__', selection(match));
  }

  async labelNames(match?: string): Promise<readonly string[]> {
    const names = await this.client.labelNames(selection(match));
    return names.filter((name) => name !== '__name__');
  }

  async labelValues(label: string, match?: string): Promise<readonly string[]> {
    return this.client.labelValues(label, selection(match));
  }
}

function selection(match: string | undefined): { readonly match?: readonly string[] } {
  return match === undefined || match === '' || match === '{}' ? {} : { match: [match] };
}
