import type { QueryEditorProps } from '@grafana/data';
import { InlineField, Stack } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { StatBarDataSource } from '../datasource.ts';
import type { StatBarOptions, StatBarQuery, StatBarVariableQuery } from '../model/query.ts';
import { t } from '../texts.ts';
import { Combobox } from './Combobox.tsx';
import { TextField } from './TextField.tsx';

type Props = QueryEditorProps<StatBarDataSource, StatBarQuery, StatBarOptions, StatBarVariableQuery>;

/** What a dashboard's variable lists. */
export function VariableEditor({ query, onChange, datasource }: Props): ReactElement {
  const kind = query.kind ?? 'label_values';
  const set = (change: Partial<StatBarVariableQuery>): void =>
    onChange({ ...query, kind, refId: query.refId || 'variable', ...change });
  const kinds = [
    { label: t('variable.label-values'), value: 'label_values' as const },
    { label: t('variable.label-names'), value: 'label_names' as const },
    { label: t('variable.metrics'), value: 'metrics' as const },
    { label: t('variable.query-result'), value: 'query_result' as const },
  ];
  const labels = async (typed: string): Promise<{ label: string; value: string }[]> =>
    (await datasource.service.labelNames(query.match))
      .filter((name) => name.includes(typed))
      .map((name) => ({ label: name, value: name }));
  return (
    <Stack direction="row" wrap="wrap" gap={1}>
      <InlineField label={t('variable.list')}>
        <Combobox
          aria-label={t('variable.list')}
          width={24}
          options={kinds}
          value={kind}
          onChange={({ value }) => set({ kind: value })}
        />
      </InlineField>
      {kind === 'label_values' && (
        <InlineField label={t('builder.label')}>
          <Combobox
            aria-label={t('builder.label')}
            width={24}
            options={labels}
            value={query.label ?? null}
            createCustomValue
            onChange={({ value }) => set({ label: value })}
          />
        </InlineField>
      )}
      <TextField
        label={t('variable.match')}
        about={t('variable.match.about')}
        value={query.match ?? ''}
        width={50}
        onCommit={(match) => set({ match })}
      />
    </Stack>
  );
}
