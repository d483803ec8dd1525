import type {
  DataSourceApi,
  DataSourcePlugin,
  PanelPlugin,
  PanelPluginMeta,
  PluginMeta,
} from '@grafana/data';
import { corePanels } from './core-panels/index.ts';
import { sharedElsewhere, sharedModules } from './shared-modules.ts';

interface SystemJs {
  set(id: string, module: unknown): void;
  import(url: string): Promise<Record<string, unknown>>;
  addImportMap(map: { readonly imports: Readonly<Record<string, string>> }): void;
  readonly constructor: { readonly prototype: SystemPrototype };
}

interface SystemPrototype {
  resolve(specifier: string, parent?: string): string;
  shouldFetch(url: string): boolean;
}

declare global {
  interface Window {
    System?: SystemJs;
  }
}

type AnyDataSourcePlugin = DataSourcePlugin<DataSourceApi>;

/** SystemJS with what Grafana shares, under the names that Grafana gives it. */
export async function startLoader(): Promise<void> {
  // After the bundle: its `define` would make UMD packages in the bundle register as AMD modules.
  for (const name of ['system', 'extras/amd', 'extras/named-register'])
    await loadScript(`/systemjs/${name}.js`);
  const system = systemJs();
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(sharedModules)) {
    system.set(`package:${name}`, module);
    imports[name] = `package:${name}`;
  }
  system.addImportMap({ imports });
  const { prototype } = system.constructor;
  const resolve = prototype.resolve;
  prototype.resolve = function (specifier, parent) {
    if (/^[@a-z]/i.test(specifier) && !/^[a-z]+:/i.test(specifier) && !(specifier in imports)) {
      const known = sharedElsewhere.has(specifier) || specifier.startsWith('app/');
      throw new Error(
        known
          ? `the plugin asks for ${specifier}, which Grafana has and this page has not`
          : `the plugin asks for ${specifier}, which Grafana does not share`,
      );
    }
    return resolve.call(this, specifier, parent);
  };
  // Fetched and evaluated, as Grafana does it for plugins from its own server.
  prototype.shouldFetch = () => true;
}

const madePanels = new Map<string, PanelPlugin>();

/** The panel plugin behind a built `module.js`, with its manifest as `meta`. */
export async function loadPanel(id: string): Promise<PanelPlugin> {
  const core = corePanels.get(id);
  if (core !== undefined) {
    const made = madePanels.get(id) ?? core();
    madePanels.set(id, made);
    return made;
  }
  const { plugin, meta } = await load(id);
  const panel = plugin as PanelPlugin;
  panel.meta = meta as PanelPluginMeta;
  return panel;
}

export async function loadDataSource(id: string): Promise<{ plugin: AnyDataSourcePlugin; meta: PluginMeta }> {
  const { plugin, meta } = await load(id);
  return { plugin: plugin as AnyDataSourcePlugin, meta };
}

const loaded = new Map<string, Promise<{ plugin: unknown; meta: PluginMeta }>>();

function load(id: string): Promise<{ plugin: unknown; meta: PluginMeta }> {
  const loading = loaded.get(id) ?? loadOnce(id);
  loaded.set(id, loading);
  return loading;
}

async function loadOnce(id: string): Promise<{ plugin: unknown; meta: PluginMeta }> {
  const base = `/public/plugins/${id}`;
  const response = await fetch(`${base}/plugin.json`);
  if (!response.ok) throw new Error(`${id} is not built: ${base}/plugin.json answers ${response.status}`);
  const manifest = (await response.json()) as PluginMeta;
  const module = await systemJs().import(`${location.origin}${base}/module.js`);
  if (module['plugin'] === undefined) throw new Error(`${id}: module.js has no export "plugin"`);
  const meta = { ...manifest, module: `${base}/module.js`, baseUrl: base };
  return { plugin: module['plugin'], meta };
}

function systemJs(): SystemJs {
  if (window.System === undefined) throw new Error('SystemJS is not loaded');
  return window.System;
}

function loadScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${url} cannot be loaded`));
    document.head.append(script);
  });
}
