import type { QueryEditorProps } from '@grafana/data';
import { Button, InlineField, RadioButtonGroup, Stack } from '@grafana/ui';
import { type ReactElement, useMemo } from 'react';
import type { StatBarDataSource } from '../datasource.ts';
import { migrateQuery } from '../model/migrate-query.ts';
import { queryKinds, type StatBarOptions, type StatBarQuery } from '../model/query.ts';
import { t } from '../texts.ts';
import { Builder } from './Builder.tsx';
import { Combobox } from './Combobox.tsx';
import { Hints } from './Hints.tsx';
import { KindFields } from './KindFields.tsx';
import { PromqlField } from './PromqlField.tsx';

type Props = QueryEditorProps<StatBarDataSource, StatBarQuery, StatBarOptions>;

/** A query of any kind: which kind, its expression as code or by the builder, and what its kind needs besides. */
export function QueryEditor(props: Props): ReactElement {
  const { datasource, onChange, onRunQuery } = props;
  const query = useMemo(() => migrateQuery(props.query), [props.query]);
  const set = (change: Partial<StatBarQuery>): void => {
    onChange({ ...query, ...change });
    onRunQuery();
  };
  const hasExpression = ['promql', 'forecast', 'leaderboard', 'heatmap'].includes(query.kind);
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" wrap="wrap" gap={1} justifyContent="space-between">
        <InlineField label={t('editor.kind')}>
          <Combobox
            aria-label={t('editor.kind')}
            width={28}
            options={queryKinds.map((kind) => ({
              value: kind,
              label: t(`kind.${kind}`),
              description: t(`kind.${kind}.about`),
            }))}
            value={query.kind}
            onChange={({ value }) => set({ kind: value })}
          />
        </InlineField>
        <Stack direction="row" gap={1}>
          {hasExpression && (
            <RadioButtonGroup
              aria-label={t('editor.mode')}
              options={[
                { value: 'builder' as const, label: t('editor.builder') },
                { value: 'code' as const, label: t('editor.code') },
              ]}
              value={query.editor ?? 'code'}
              onChange={(editor) => onChange({ ...query, editor })}
            />
          )}
          <Button variant="secondary" icon="play" onClick={onRunQuery}>
            {t('editor.run')}
          </Button>
        </Stack>
      </Stack>
      {hasExpression &&
        (query.editor === 'builder' ? (
          <Builder expression={query.expr} service={datasource.service} onChange={(expr) => set({ expr })} />
        ) : (
          <PromqlField
            expression={query.expr}
            service={datasource.service}
            onCommit={(expr, isRun) => {
              onChange({ ...query, expr });
              if (isRun) onRunQuery();
            }}
          />
        ))}
      <KindFields query={query} datasource={datasource} set={set} />
      <Hints query={query} datasource={datasource} data={props.data} onFix={set} />
    </Stack>
  );
}
