import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostSettings } from './page/dashboard-model.ts';

interface Stored {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
  readonly secureJsonFields: Readonly<Record<string, boolean>>;
}

interface Saved extends Partial<Stored> {
  readonly secureJsonData?: Readonly<Record<string, string>>;
}

const bodyLengthMax = 1024 * 1024;

/**
 * What Grafana's server keeps of data sources: settings that may be read, and secrets that may only be written. Kept as long
 * as the server runs.
 */
export class DataSourceApi {
  readonly #changes = new Map<string, Saved>();
  readonly #secrets = new Map<string, Readonly<Record<string, string>>>();
  readonly #targetUrl: (uid: string) => string | undefined;

  constructor(targetUrl: (uid: string) => string | undefined) {
    this.#targetUrl = targetUrl;
  }

  /** What the data proxy adds to requests, as the plugin's `routes` say. */
  headersOf(uid: string): Readonly<Record<string, string>> {
    const token = this.#secrets.get(uid)?.['token'];
    return token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
  }

  /** Answers `/api/datasources/uid/UID`. */
  async answer(
    settings: HostSettings,
    uid: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const source = settings.dataSources.find((each) => each.uid === uid);
    if (source === undefined) {
      outgoing.writeHead(404).end('{"message":"Data source not found"}');
      return;
    }
    if (incoming.method === 'PUT') {
      const saved = JSON.parse(await bodyOf(incoming)) as Saved;
      const { secureJsonData = {}, ...rest } = saved;
      this.#changes.set(uid, rest);
      this.#secrets.set(uid, { ...this.#secrets.get(uid), ...secureJsonData });
    }
    const stored = this.#stored(source);
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(incoming.method === 'PUT' ? { datasource: stored } : stored));
  }

  #stored({ uid, name, type, jsonData = {} }: HostSettings['dataSources'][number]): Stored & object {
    const secrets = Object.entries(this.#secrets.get(uid) ?? {}).filter(([, value]) => value !== '');
    return {
      ...{
        id: 1,
        orgId: 1,
        typeName: name,
        access: 'proxy',
        isDefault: true,
        readOnly: false,
        basicAuth: false,
      },
      ...{ uid, name, type, jsonData, url: this.#targetUrl(uid) ?? '', version: 1 },
      ...this.#changes.get(uid),
      secureJsonFields: Object.fromEntries(secrets.map(([key]) => [key, true])),
    };
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  incoming.setEncoding('utf8');
  let body = '';
  for await (const part of incoming) {
    body += part;
    if (body.length > bodyLengthMax) throw new Error('the body is too long');
  }
  return body;
}
