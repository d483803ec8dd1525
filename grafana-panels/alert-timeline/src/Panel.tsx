import type { PanelProps } from '@grafana/data';
import type { ReactElement } from 'react';

export function Panel({ data, width, height }: PanelProps): ReactElement {
  return (
    <div style={{ width, height }} data-testid="panel">
      {data.series.length} series
    </div>
  );
}
