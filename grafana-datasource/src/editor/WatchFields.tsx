import { InlineField } from '@grafana/ui';
import type { ReactElement } from 'react';
import { t } from '../texts.ts';
import { Choice, Switch } from './Choice.tsx';
import { Combobox } from './Combobox.tsx';
import { type KindFieldsProps, LegendAndStep, Matchers, numberOf } from './CommonFields.tsx';
import { TextField } from './TextField.tsx';

/** Which signal; for annotations none stands for all. */
export function AnomalyFields({
  query,
  set,
  datasource,
  isAnnotation = false,
}: KindFieldsProps & { readonly isAnnotation?: boolean }): ReactElement {
  const signals = async (typed: string): Promise<{ label: string; value: string }[]> => {
    const { watches } = await datasource.service.client.watches(1000);
    const names = [...new Set(watches.map(({ signal }) => signal))].filter((name) => name.includes(typed));
    return names.slice(0, 200).map((name) => ({ label: name, value: name }));
  };
  return (
    <>
      <InlineField label={t('editor.signal')}>
        <Combobox
          aria-label={t('editor.signal')}
          width={40}
          options={signals}
          value={query.signal || null}
          isClearable
          createCustomValue
          {...(isAnnotation ? { placeholder: t('editor.all-signals') } : {})}
          onChange={(option: { readonly value: string } | null) => set({ signal: option?.value ?? '' })}
        />
      </InlineField>
      <Matchers query={query} set={set} />
      <TextField
        label={t('editor.score-min')}
        width={8}
        placeholder="1"
        value={query.scoreMin === undefined ? '' : String(query.scoreMin)}
        onCommit={(text) => set({ scoreMin: numberOf(text) })}
      />
      {!isAnnotation && (
        <TextField
          label={t('editor.actual')}
          about={t('editor.actual.about')}
          width={40}
          value={query.expr}
          onCommit={(expr) => set({ expr })}
        />
      )}
    </>
  );
}

/** Which view, or none: the list of all. */
export function ViewFields(props: KindFieldsProps): ReactElement {
  const { query, set, datasource } = props;
  const views = async (typed: string): Promise<{ label: string; value: string }[]> =>
    (await datasource.service.client.views()).views
      .filter(({ name }) => name.includes(typed))
      .map(({ name }) => ({ label: name, value: name }));
  return (
    <>
      <InlineField label={t('editor.view')} tooltip={t('editor.view.about')}>
        <Combobox
          aria-label={t('editor.view')}
          width={40}
          options={views}
          value={query.view ?? null}
          isClearable
          createCustomValue
          onChange={(option) => set({ view: option?.value ?? '' })}
        />
      </InlineField>
      <Matchers query={query} set={set} />
      <LiveSwitch {...props} />
      <LegendAndStep {...props} />
    </>
  );
}

/** Which alerts. */
export function AlertFields({ query, set }: KindFieldsProps): ReactElement {
  return (
    <>
      <Choice
        label={t('editor.state')}
        value={query.alertState ?? 'all'}
        options={[
          ['all', t('editor.all')],
          ['active', t('editor.active')],
          ['resolved', t('editor.resolved')],
        ]}
        onChange={(alertState) => set({ alertState })}
      />
      <Matchers query={query} set={set} />
    </>
  );
}

/** Results as they come. */
export function LiveSwitch({ query, set }: Pick<KindFieldsProps, 'query' | 'set'>): ReactElement {
  return (
    <Switch
      label={t('editor.live')}
      about={t('editor.live.about')}
      value={query.live === true}
      onChange={(live) => set({ live })}
    />
  );
}
