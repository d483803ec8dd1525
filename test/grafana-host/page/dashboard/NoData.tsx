import type { PanelDataErrorViewProps } from '@grafana/runtime';
import type { ReactElement } from 'react';

/** What panels show instead of a drawing when the data has not what they need. */
export function NoData({ data, message, fieldConfig, ...needs }: PanelDataErrorViewProps): ReactElement {
  const rowCount = data.series.reduce((sum, { length }) => sum + length, 0);
  const needed = [
    needs.needsTimeField === true ? 'a time field' : '',
    needs.needsNumberField === true ? 'a number field' : '',
    needs.needsStringField === true ? 'a string field' : '',
  ].filter((text) => text !== '');
  const text =
    message ??
    (rowCount === 0
      ? (fieldConfig?.defaults.noValue ?? 'No data')
      : `Data is missing ${needed.join(' and ')}`);
  return (
    <div data-no-data style={{ display: 'grid', placeItems: 'center', height: '100%' }}>
      <span>{text}</span>
    </div>
  );
}
