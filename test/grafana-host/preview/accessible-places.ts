/** Places of the page that stands in for Grafana: every dashboard, every panel's editor, the data source's editors and settings. */
export interface Place {
  readonly name: string;
  readonly path: string;
  /** What is there when the place is. */
  readonly selector: string;
}

const editorOf = (name: string, uid: string, id: number): Place => ({
  name,
  path: `/d/${uid}?editPanel=${id}&from=now-15m&to=now`,
  selector: '[data-panel-editor] [data-option]',
});

const dashboard = (uid: string): Place => ({
  name: uid,
  path: `/d/${uid}?from=now-15m&to=now`,
  selector: `[data-dashboard="${uid}"] [data-panel-id]`,
});

export const places: readonly Place[] = [
  dashboard('statbar-launch'),
  dashboard('statbar-operations'),
  dashboard('statbar-executive'),
  dashboard('statbar-self'),
  editorOf('editor of the leaderboard', 'statbar-launch', 1),
  editorOf('editor of the heatmap', 'statbar-launch', 3),
  editorOf('editor of the alert timeline', 'statbar-operations', 1),
  {
    name: 'inspector',
    path: '/d/statbar-launch?inspect=1&inspectTab=data&from=now-15m&to=now',
    selector: '[role="dialog"] table, [role="dialog"] [role="table"]',
  },
  { name: 'Explore', path: '/explore?from=now-15m&to=now', selector: 'section[aria-label="Help"]' },
  {
    name: 'settings of the data source',
    path: '/connections/datasources/edit/statbar',
    selector: 'text=Token',
  },
];

/** What axe finds in components of @grafana/ui themselves, however they are used. */
const grafanas: readonly RegExp[] = [
  // Buttons whose name for screen readers says more than their text, or something else.
  /^label-content-name-mismatch: .*(TimePicker Open Button|RefreshPicker interval button|LegendLabel)/,
  // The big number of a stat, in a colour of Grafana's palette.
  /^color-contrast: <span>[\d.,]+<\/span>$/,
];

/** Whether a finding is one that the plugins or this page can do something about. */
export function isOurs(violation: string): boolean {
  return !grafanas.some((known) => known.test(violation));
}
