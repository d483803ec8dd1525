import { FieldType, type PanelData } from '@grafana/data';

/** How an answer is shown: as it says itself, else as a graph when it has times. */
export function visualisationOf(data: PanelData | undefined): string {
  const frames = data?.series ?? [];
  const wanted = frames[0]?.meta?.preferredVisualisationType;
  if (wanted === 'table') return 'table';
  const hasTimes = frames.some(({ fields }) => fields.some(({ type }) => type === FieldType.time));
  return frames.length > 0 && !hasTimes ? 'table' : 'timeseries';
}
