/**
 * Runs in the page: the built plugin as Grafana's loader gives it, asked as Grafana asks. Puts the functions that
 * `SourcePage` calls on the window.
 */
export const pageHelpers = `(async () => {
  const load = (name) => window.System.import(name);
  const { plugin } = await load(location.origin + '/public/plugins/statbar-metrics-datasource/module.js');
  const data = await load('@grafana/data');
  const runtime = await load('@grafana/runtime');
  const react = await load('react');
  const dom = await load('react-dom/client');
  const settings = { uid: 'statbar', name: 'StatBar', type: 'statbar-metrics-datasource', jsonData: window.sourceOptions ?? {},
    url: '/api/datasources/proxy/uid/statbar', meta: {}, readOnly: false, access: 'proxy' };
  const source = new plugin.DataSourceClass(settings);
  window.source = source;
  window.grafanaData = data;
  const requestOf = (targets, spanMs, more) => {
    const endMs = more.endMs ?? Date.now();
    const to = data.dateTime(endMs), from = data.dateTime(endMs - spanMs);
    const raw = more.endMs ? { from, to } : { from: 'now-' + spanMs / 1000 + 's', to: 'now' };
    return { requestId: 'Q', app: 'dashboard', interval: '15s', intervalMs: 15000, maxDataPoints: 500, timezone: 'utc',
      range: { from, to, raw }, scopedVars: {}, startTime: to.valueOf(), targets, ...more };
  };
  const target = (query) => ({ refId: 'A', version: 2, expr: '', ...query });
  const linkOf = (link) => ({ title: link.title, url: link.url, query: link.internal?.query });
  const summary = (frame) => ({ refId: frame.refId, name: frame.name, type: frame.meta?.type, length: frame.length,
    custom: frame.meta?.custom?.statbar, topic: frame.meta?.dataTopic, notices: (frame.meta?.notices ?? []).map((n) => n.text),
    fields: frame.fields.map((field) => ({ name: field.name, unit: field.config.unit, labels: field.labels,
      custom: field.config.custom, links: (field.config.links ?? []).map(linkOf),
      values: field.type === 'frame' ? [] : [...field.values] })) });
  window.ask = (query, more, spanMs) => new Promise((resolve, reject) => {
    let last;
    source.query(requestOf([target(query)], spanMs, more)).subscribe({
      next: (answer) => { last = answer; },
      error: (error) => reject(new Error(error.message ?? String(error))),
      complete: () => resolve({ state: last.state, errors: (last.errors ?? []).map((e) => e.message),
        frames: last.data.map(summary) }),
    });
  });
  let listening;
  window.listen = (query, more, spanMs) => {
    window.live = { steps: 0, restructured: 0, changed: 0, emptied: 0, lastMs: 0, names: [], notices: [], states: [], lastValues: [], isDone: false };
    let before;
    const request = requestOf([target({ kind: 'promql', live: true, ...query })], spanMs, { intervalMs: 1000, ...more });
    listening = source.query(request).subscribe({ next: (answer) => {
      const [frame] = answer.data;
      const live = window.live;
      live.steps += 1;
      live.states.push(answer.state);
      live.notices.push(...(frame.meta?.notices ?? []).map((n) => n.text));
      if (before && before.fields.length > 1) {
        if (!data.compareDataFrameStructures(before, frame)) live.restructured += 1;
        if (before.length > 0 && frame.length === 0) live.emptied += 1;
        const [time] = frame.fields;
        const at = new Map(time.values.map((t, i) => [t, i]));
        const isChanged = before.fields.slice(1).some((field, f) => field.values.some((value, i) => {
          const row = at.get(before.fields[0].values[i]);
          return row !== undefined && value !== null && frame.fields[f + 1].values[row] !== value;
        }));
        if (isChanged) live.changed += 1;
      }
      before = frame;
      live.lastMs = frame.fields[0].values.at(-1) ?? 0;
      live.names = frame.fields.map((field) => field.config.displayNameFromDS ?? field.name);
      live.lastValues = frame.fields.slice(1).map((field) => field.values.at(-1));
    }, complete: () => { window.live.isDone = true; } });
  };
  window.unlisten = () => listening.unsubscribe();
  window.callSource = (method, ...args) => source[method](...args);
  window.speak = (language) => {
    runtime.config.bootData = { ...runtime.config.bootData, user: { ...runtime.config.bootData?.user, language } };
  };
  let root, place;
  window.changes = [];
  const components = {
    query: plugin.components.QueryEditor, config: plugin.components.ConfigEditor, help: plugin.components.QueryEditorHelp,
    annotation: source.annotations.QueryEditor, variable: source.variables.editor,
  };
  // Keeps what an editor changes, as the page of a dashboard would.
  const Kept = ({ component, query, options, props, apiNames }) => {
    const apis = Object.fromEntries(Object.entries(apiNames ?? {}).map(([name, given]) => [name, window[given]]));
    const [current, setCurrent] = react.useState(query ?? options);
    const change = (next) => { window.changes.push(next); setCurrent(next); };
    return react.createElement(components[component], { datasource: source, onRunQuery: () => {}, onClickExample: change,
      ...(options ? { options: current, onOptionsChange: change } : { query: current, onChange: change }), ...props, ...apis });
  };
  window.edit = (mode, editors) => {
    window.changes = [];
    place = document.createElement('div');
    place.id = 'editors';
    const theme = data.createTheme({ colors: { mode } });
    place.style = 'position:absolute;inset:0 0 auto 0;z-index:1;padding:16px;background:' + theme.colors.background.primary +
      ';color:' + theme.colors.text.primary;
    document.body.append(place);
    root = dom.createRoot(place);
    root.render(react.createElement(data.ThemeContext.Provider, { value: theme },
      editors.map((each, i) => react.createElement(Kept, { key: i, ...each, props: each.props && each.props.data
        ? { ...each.props, data: { ...each.props.data, series: each.props.data.series.map((s) => data.toDataFrame(s)) } }
        : each.props }))));
  };
  window.unedit = () => { root?.unmount(); place?.remove(); root = place = undefined; };
})()`;
