import { type DataFrame, DataTopic, FieldType } from '@grafana/data';
import type { Episode } from '@statbar/sdk/wire';
import { numberField, textField, timeField } from './series-frames.ts';

/**
 * Episodes as regions: time, timeEnd, title, text, tags, and the numbers of the peak. Those that last end with the range.
 * As annotations they are drawn over any panel.
 */
export function episodeFrame(
  episodes: readonly Episode[],
  refId: string,
  options: { readonly toMs: number; readonly asAnnotations: boolean },
): DataFrame {
  const rows = [...episodes].sort((a, b) => a.startMs - b.startMs);
  return {
    refId,
    name: 'episodes',
    meta: {
      custom: { statbar: 'episodes' },
      ...(options.asAnnotations ? { dataTopic: DataTopic.Annotations } : {}),
    },
    fields: [
      { ...timeField(rows.map(({ startMs }) => startMs)), name: 'time' },
      { ...timeField(rows.map(({ endMs }) => endMs ?? options.toMs)), name: 'timeEnd' },
      textField('title', rows.map(titleOf)),
      textField('text', rows.map(textOf)),
      {
        name: 'tags',
        type: FieldType.other,
        config: {},
        values: rows.map(({ direction, labels }) => ['anomaly', direction, ...Object.values(labels)]),
      },
      textField(
        'color',
        rows.map(({ score }) => (score >= 2 ? 'red' : 'orange')),
      ),
      textField(
        'signal',
        rows.map(({ signal }) => signal),
      ),
      textField(
        'labels',
        rows.map(({ labels }) => labelText(labels)),
      ),
      numberField(
        'score',
        rows.map(({ score }) => score),
      ),
      numberField(
        'expected',
        rows.map(({ expected }) => expected),
      ),
      numberField(
        'actual',
        rows.map(({ actual }) => actual),
      ),
      { ...timeField(rows.map(({ peakMs }) => peakMs)), name: 'peak' },
      textField(
        'state',
        rows.map(({ endMs }) => (endMs === null ? 'open' : 'ended')),
      ),
      textField(
        'id',
        rows.map(({ id }) => id),
      ),
    ],
    length: rows.length,
  };
}

function titleOf({ signal, labels }: Episode): string {
  return Object.keys(labels).length === 0 ? signal : `${signal} {${labelText(labels)}}`;
}

function textOf({ why, explanation, related }: Episode): string {
  const lines = [...why];
  const [best] = explanation;
  if (best !== undefined) lines.push(labelText(best.labels));
  if (related.length > 0)
    lines.push(
      related
        .slice(0, 3)
        .map((each) => each.signal)
        .join(', '),
    );
  return lines.join('\n');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
