import { type DataFrame, DataTopic, type Field, FieldType } from '@grafana/data';
import type { ExemplarElement } from '@statbar/sdk/wire';
import { parseSampleValue } from '@statbar/sdk/wire';
import { t } from '../texts.ts';
import { numberField, textField, timeField } from './series-frames.ts';

const traceLabels = ['trace_id', 'traceID', 'traceId'];

/** Exemplars as annotations of the graph: time, value, labels; the trace's id is a link where it is known to lead. */
export function exemplarFrame(
  elements: readonly ExemplarElement[],
  refId: string,
  traceUrl: string | undefined,
): DataFrame | undefined {
  const rows = elements
    .flatMap(({ seriesLabels, exemplars }) =>
      exemplars.map((exemplar) => ({ ...exemplar, all: { ...seriesLabels, ...exemplar.labels } })),
    )
    .sort((a, b) => a.timestamp - b.timestamp);
  if (rows.length === 0) return undefined;
  const names = [...new Set(rows.flatMap(({ all }) => Object.keys(all)))].sort();
  const fields: Field[] = [
    timeField(rows.map(({ timestamp }) => Math.round(timestamp * 1000))),
    numberField(
      'Value',
      rows.map(({ value }) => parseSampleValue(value)),
    ),
  ];
  for (const name of names) {
    const links =
      traceUrl && traceLabels.includes(name)
        ? [
            {
              title: t('links.trace'),
              url: traceUrl.replace('{{traceId}}', `\${__value.raw}`),
              targetBlank: true,
            },
          ]
        : [];
    fields.push({
      ...textField(
        name,
        rows.map(({ all }) => (all as Readonly<Record<string, string>>)[name] ?? ''),
        links.length === 0 ? {} : { links },
      ),
      type: FieldType.string,
    });
  }
  return {
    refId,
    name: 'exemplar',
    meta: { dataTopic: DataTopic.Annotations, custom: { resultType: 'exemplar' } },
    fields,
    length: rows.length,
  };
}
