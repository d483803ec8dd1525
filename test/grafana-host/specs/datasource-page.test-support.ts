import type { AddressInfo } from 'node:net';
import { createConnection, createServer } from 'node:net';

export interface Door {
  readonly url: string;
  close(): Promise<void>;
}

/** A port that stays while the service behind it restarts on another. */
export async function openDoor(target: () => string): Promise<Door> {
  const server = createServer((incoming) => {
    const { hostname, port } = new URL(target());
    const outgoing = createConnection({ host: hostname, port: Number(port) });
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
    incoming.on('close', () => outgoing.destroy());
    outgoing.on('close', () => incoming.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/**
 * Runs in the page: the built plugin as Grafana's loader gives it, asked as Grafana asks. Puts `source`, `ask`, `listen`,
 * `unlisten`, `edit` and `unedit` on the window.
 */
export const pageHelpers = `(async () => {
  const load = (name) => window.System.import(name);
  const { plugin } = await load(location.origin + '/public/plugins/statbar-metrics-datasource/module.js');
  const data = await load('@grafana/data');
  const react = await load('react');
  const dom = await load('react-dom/client');
  const settings = { uid: 'statbar', name: 'StatBar', type: 'statbar-metrics-datasource', jsonData: {},
    url: '/api/datasources/proxy/uid/statbar', meta: {}, readOnly: false, access: 'proxy' };
  const source = new plugin.DataSourceClass(settings);
  window.source = source;
  const requestOf = (targets, spanMs) => {
    const to = data.dateTime(), from = data.dateTime(to.valueOf() - spanMs);
    return { requestId: 'Q', app: 'dashboard', interval: '15s', intervalMs: 15000, maxDataPoints: 500, timezone: 'utc',
      range: { from, to, raw: { from, to } }, scopedVars: {}, startTime: to.valueOf(), targets };
  };
  const summary = (frame) => ({ refId: frame.refId, name: frame.name, type: frame.meta?.type, length: frame.length,
    custom: frame.meta?.custom?.statbar, topic: frame.meta?.dataTopic,
    fields: frame.fields.map((field) => ({ name: field.name, unit: field.config.unit,
      values: field.type === 'frame' ? [] : [...field.values] })) });
  window.ask = (target, more) => new Promise((resolve, reject) => {
    const request = { ...requestOf([{ refId: 'A', version: 2, expr: '', ...target }], 1800000), ...more };
    let last;
    source.query(request).subscribe({
      next: (answer) => { last = answer; },
      error: reject,
      complete: () => resolve({ state: last.state, errors: (last.errors ?? []).map((e) => e.message),
        frames: last.data.map(summary) }),
    });
  });
  let listening;
  window.listen = () => {
    window.live = { last: 0, steps: 0 };
    const query = { refId: 'A', version: 2, kind: 'promql', expr: 'vector(time())', live: true };
    listening = source.query({ ...requestOf([query], 30000), intervalMs: 1000 }).subscribe((answer) => {
      const [time] = answer.data[0].fields;
      window.live = { last: time.values.at(-1) ?? 0, steps: window.live.steps + 1 };
    });
  };
  window.unlisten = () => listening.unsubscribe();
  let root, place;
  window.edit = async (mode) => {
    const h = react.createElement;
    place = document.createElement('div');
    place.id = 'editors';
    const theme = data.createTheme({ colors: { mode } });
    place.style = 'position:absolute;inset:0 0 auto 0;z-index:1;padding:16px;background:' + theme.colors.background.primary +
      ';color:' + theme.colors.text.primary;
    document.body.append(place);
    const Editor = plugin.components.QueryEditor, Config = plugin.components.ConfigEditor, Help = plugin.components.QueryEditorHelp;
    const editor = (query) => h(Editor, { key: query.refId, datasource: source, onChange: () => {}, onRunQuery: () => {},
      query: { version: 2, expr: 'sum by (route) (rate(shop_requests_total{team="shop"}[5m])) * 60', ...query } });
    const options = { url: 'http://localhost:4318', jsonData: {}, secureJsonFields: { token: true }, readOnly: false };
    root = dom.createRoot(place);
    root.render(h(data.ThemeContext.Provider, { value: theme },
      h(Config, { options, onOptionsChange: () => {} }),
      editor({ refId: 'A', kind: 'promql', editor: 'code' }),
      editor({ refId: 'B', kind: 'promql', editor: 'builder' }),
      editor({ refId: 'C', kind: 'anomalies', signal: 'shop_requests_total', expr: '' }),
      editor({ refId: 'D', kind: 'forecast', editor: 'builder' }),
      editor({ refId: 'E', kind: 'leaderboard', editor: 'builder' }),
      editor({ refId: 'F', kind: 'alerts' }),
      h(Help, { datasource: source, query: {}, onClickExample: () => {} })));
  };
  window.unedit = () => { root.unmount(); place.remove(); };
})()`;
