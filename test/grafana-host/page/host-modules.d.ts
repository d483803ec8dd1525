/** Part of @grafana/runtime that only Grafana itself reaches: the bundle finds it by its file. */
declare module '@grafana/runtime/panel-data-error-view' {
  import type { PanelDataErrorViewProps } from '@grafana/runtime';
  import type { ComponentType } from 'react';

  export function setPanelDataErrorView(view: ComponentType<PanelDataErrorViewProps>): void;
}
