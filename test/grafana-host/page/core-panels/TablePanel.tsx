import { type DataFrame, getFrameDisplayName, type PanelProps } from '@grafana/data';
import { Combobox, Table } from '@grafana/ui';
import { type ReactElement, useState } from 'react';

/** Stands for Grafana's table: one frame, with a choice when there are several. */
export function TablePanel({ data, width, height, fieldConfig, timeRange }: PanelProps): ReactElement {
  const [chosen, setChosen] = useState(0);
  const frame = data.series[Math.min(chosen, data.series.length - 1)];
  if (frame === undefined || frame.fields.length === 0) return <p>No data</p>;
  const hasChoice = data.series.length > 1;
  return (
    <>
      <Table
        data={frame}
        {...{ width, fieldConfig, timeRange, height: hasChoice ? height - 40 : height }}
        showTypeIcons
      />
      {hasChoice && (
        <Combobox
          aria-label="Frame"
          options={data.series.map((each: DataFrame, value) => ({
            label: getFrameDisplayName(each, value),
            value,
          }))}
          value={chosen}
          onChange={({ value }) => setChosen(value)}
        />
      )}
    </>
  );
}
