import { InlineField, Stack } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { StatBarDataSource } from '../datasource.ts';
import { migrateQuery } from '../model/migrate-query.ts';
import { annotationKinds, defaultQuery, type StatBarQuery } from '../model/query.ts';
import { t } from '../texts.ts';
import { Combobox } from './Combobox.tsx';
import { type KindFieldsProps, LegendAndStep } from './CommonFields.tsx';
import { PromqlField } from './PromqlField.tsx';
import { AlertFields, AnomalyFields } from './WatchFields.tsx';

export interface AnnotationEditorProps {
  readonly datasource: StatBarDataSource;
  readonly query: StatBarQuery | undefined;
  onChange(query: StatBarQuery): void;
}

/** What a dashboard's annotations are: anomalies, alerts, or when an expression is true. */
export function AnnotationEditor({
  datasource,
  query: given,
  onChange,
}: AnnotationEditorProps): ReactElement {
  const query = migrateQuery({ ...defaultQuery, kind: 'anomalies', refId: 'Anno', ...given });
  const set = (change: Partial<StatBarQuery>): void => onChange({ ...query, ...change });
  const props: KindFieldsProps = { datasource, query, set };
  return (
    <Stack direction="column" gap={1}>
      <InlineField label={t('editor.kind')}>
        <Combobox
          aria-label={t('editor.kind')}
          width={28}
          options={annotationKinds.map((kind) => ({
            value: kind,
            label: t(`kind.${kind}`),
            description: t(`annotations.${kind}`),
          }))}
          value={query.kind}
          onChange={({ value }) => set({ kind: value })}
        />
      </InlineField>
      {query.kind === 'promql' && (
        <PromqlField
          expression={query.expr}
          service={datasource.service}
          onCommit={(expr) => set({ expr })}
        />
      )}
      <Stack direction="row" wrap="wrap" gap={1}>
        {query.kind === 'promql' && <LegendAndStep {...props} />}
        {query.kind === 'anomalies' && <AnomalyFields {...props} isAnnotation />}
        {query.kind === 'alerts' && <AlertFields {...props} />}
      </Stack>
    </Stack>
  );
}
