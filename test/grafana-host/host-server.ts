import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream';
import { type GrafanaPackages, installedPackages } from '../grafana-versions/packages.ts';
import { root } from '../support/root.ts';
import { DataSourceApi } from './data-source-api.ts';
import { iconFile } from './icons.ts';
import type { HostSettings } from './page/dashboard-model.ts';

export interface HostOptions {
  readonly bundleFolder: string;
  /** Folder of the built plugin, by id. */
  readonly pluginFolders: ReadonlyMap<string, string>;
  /** A function is asked for each page. */
  readonly settings: HostSettings | (() => HostSettings);
  /** Where each data source's requests go, by uid, and what is added to them as Grafana's data proxy would. */
  readonly targets: ReadonlyMap<string, ProxyTarget>;
  readonly port?: number;
  /** Grafana's packages in the bundle; those that are installed if undefined. */
  readonly packages?: GrafanaPackages;
}

export interface ProxyTarget {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HostServer {
  readonly url: string;
  close(): Promise<void>;
}

/** First parts of paths that the page itself knows. */
const pages: ReadonlySet<string> = new Set(['', 'd', 'explore', 'connections']);

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.html': 'text/html; charset=utf-8',
};

/** What Grafana's server does for plugins: the page, the plugins' files, and the data proxy. On loopback only. */
export async function startHost(options: HostOptions): Promise<HostServer> {
  const dataSources = new DataSourceApi((uid) => options.targets.get(uid)?.url);
  const server = createServer((incoming, outgoing) => {
    try {
      answer(options, dataSources, incoming, outgoing);
    } catch (error) {
      outgoing.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function answer(
  options: HostOptions,
  dataSources: DataSourceApi,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const url = new URL(incoming.url ?? '/', 'http://host');
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const target = url.pathname.startsWith('/api/datasources/proxy/uid/')
    ? options.targets.get(parts[4])
    : undefined;
  if (pages.has(parts[0] ?? '')) page(outgoing, (options.packages ?? installedPackages()).version);
  else if (url.pathname === '/host/settings.json') json(outgoing, settingsOf(options));
  else if (url.pathname.startsWith('/api/datasources/uid/')) {
    dataSources.answer(settingsOf(options), parts[3] ?? '', incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(400).end(JSON.stringify({ message: String(error) }));
    });
  } else if (target !== undefined) {
    const headers = { ...dataSources.headersOf(parts[4] ?? ''), ...target.headers };
    proxy({ ...target, headers }, `/${parts.slice(5).join('/')}${url.search}`, incoming, outgoing);
  } else file(outgoing, fileOf(options, parts));
}

function settingsOf({ settings }: HostOptions): HostSettings {
  return typeof settings === 'function' ? settings() : settings;
}

/** The file that a path stands for, undefined when it stands for none. */
function fileOf(options: HostOptions, parts: readonly string[]): string | undefined {
  const [first, second, third] = parts;
  if (first === 'host') return join(options.bundleFolder, inside(parts.slice(1)));
  if (first === 'systemjs') {
    return join(root, 'node_modules', 'systemjs', 'dist', inside(parts.slice(1)));
  }
  if (first !== 'public') return undefined;
  const plugin = options.pluginFolders.get(third);
  if (second === 'plugins' && plugin !== undefined) return join(plugin, inside(parts.slice(3)));
  if (second === 'fonts') {
    const weight = parts.at(-1)?.includes('Medium') ? 500 : 400;
    const name = `inter-latin-${weight}-normal.woff2`;
    return join(root, 'node_modules', '@fontsource', 'inter', 'files', name);
  }
  if (second !== 'build') return undefined;
  const { folder } = options.packages ?? installedPackages();
  return iconFile(folder, inside(parts.slice(2)));
}

/** A path below a folder; what would leave it leads nowhere. */
function inside(parts: readonly string[]): string {
  return normalize(`/${parts.map(decodeURIComponent).join('/')}`);
}

function page(outgoing: ServerResponse, grafanaVersion: string): void {
  outgoing.writeHead(200, { 'content-type': types['.html'] });
  outgoing.end(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>StatBar panels</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/host/host.css">
<script>
window.grafanaBootData = { settings: { featureToggles: {}, buildInfo: { version: '${grafanaVersion}' } }, user: { orgRole: 'Editor' }, navTree: [] };
window.__grafana_public_path__ = '/public/';
window.MonacoEnvironment = { getWorkerUrl: () => '/host/editor.worker.js' };
</script>
</head>
<body style="margin:0"><div id="root"></div><script src="/host/host.js"></script></body>
</html>`);
}

function json(outgoing: ServerResponse, value: unknown): void {
  outgoing.writeHead(200, { 'content-type': types['.json'] }).end(JSON.stringify(value));
}

function file(outgoing: ServerResponse, path: string | undefined): void {
  if (path === undefined || !existsSync(path) || !statSync(path).isFile()) {
    outgoing.writeHead(404).end('not found');
    return;
  }
  const type = types[extname(path)] ?? 'application/octet-stream';
  outgoing.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(readFileSync(path));
}

/** Passes a request on as it is, with the data source's own headers; a stream stays a stream. */
function proxy(target: ProxyTarget, path: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host: _host, cookie: _cookie, origin: _origin, referer: _referer, ...headers } = incoming.headers;
  const url = new URL(target.url.replace(/\/$/, '') + path);
  const passed = request(
    url,
    { method: incoming.method, headers: { ...headers, ...target.headers, 'x-grafana-user': 'viewer' } },
    (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      // A stream that is cut must be cut for the page, too.
      pipeline(response, outgoing, () => {});
    },
  );
  passed.on('error', (error) => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end(error.message);
  });
  outgoing.on('close', () => passed.destroy());
  incoming.pipe(passed);
}
