import { Combobox, InlineField, Stack } from '@grafana/ui';
import type { ReactElement } from 'react';
import type { StatBarDataSource } from '../datasource.ts';
import type { StatBarQuery } from '../model/query.ts';
import { durationMs } from '../model/time.ts';
import { t } from '../texts.ts';
import { Choice, Switch } from './Choice.tsx';
import { TextField } from './TextField.tsx';

export interface KindFieldsProps {
  readonly query: StatBarQuery;
  readonly datasource: StatBarDataSource;
  /** Changes these fields, and asks again. */
  set(change: Partial<StatBarQuery>): void;
}

/** What a query of this kind needs besides its expression. */
export function KindFields(props: KindFieldsProps): ReactElement {
  return (
    <Stack direction="row" wrap="wrap" gap={1}>
      {fieldsOf(props)}
    </Stack>
  );
}

function fieldsOf(props: KindFieldsProps): ReactElement {
  switch (props.query.kind) {
    case 'promql':
      return <PromqlFields {...props} />;
    case 'anomalies':
      return <AnomalyFields {...props} />;
    case 'forecast':
      return <ForecastFields {...props} />;
    case 'leaderboard':
      return <LeaderboardFields {...props} />;
    case 'views':
      return <ViewFields {...props} />;
    case 'alerts':
      return <AlertFields {...props} />;
    case 'heatmap':
      return <LegendAndStep {...props} />;
  }
}

function LegendAndStep({ query, set }: KindFieldsProps): ReactElement {
  const minStep = query.minStep ?? '';
  return (
    <>
      <TextField
        label={t('editor.legend')}
        about={t('editor.legend.about', { open: '{{', close: '}}' })}
        placeholder="{{label}}"
        value={query.legend ?? ''}
        onCommit={(legend) => set({ legend })}
      />
      <TextField
        label={t('editor.min-step')}
        width={10}
        placeholder="15s"
        value={minStep}
        isWrong={minStep !== '' && !minStep.includes('$') && durationMs(minStep) === undefined}
        onCommit={(text) => set({ minStep: text.trim() })}
      />
    </>
  );
}

function PromqlFields(props: KindFieldsProps): ReactElement {
  const { query, set } = props;
  return (
    <>
      <LegendAndStep {...props} />
      <Choice
        label={t('editor.type')}
        value={query.mode ?? 'range'}
        options={[
          ['range', t('editor.range')],
          ['instant', t('editor.instant')],
        ]}
        onChange={(mode) => set({ mode })}
      />
      <Switch
        label={t('editor.live')}
        about={t('editor.live.about')}
        value={query.live === true}
        onChange={(live) => set({ live })}
      />
      <Switch
        label={t('editor.exemplars')}
        value={query.exemplars === true}
        onChange={(exemplars) => set({ exemplars })}
      />
    </>
  );
}

function AnomalyFields({ query, set, datasource }: KindFieldsProps): ReactElement {
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
          value={query.signal ?? null}
          createCustomValue
          onChange={({ value }) => set({ signal: value })}
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
      <TextField
        label={t('editor.actual')}
        about={t('editor.actual.about')}
        width={40}
        value={query.expr}
        onCommit={(expr) => set({ expr })}
      />
    </>
  );
}

function Matchers({ query, set }: Pick<KindFieldsProps, 'query' | 'set'>): ReactElement {
  return (
    <TextField
      label={t('editor.matchers')}
      about={t('editor.matchers.about')}
      width={30}
      placeholder={'region="eu"'}
      value={query.matchers ?? ''}
      onCommit={(matchers) => set({ matchers })}
    />
  );
}

function ForecastFields(props: KindFieldsProps): ReactElement {
  const { query, set } = props;
  return (
    <>
      <TextField
        label={t('editor.horizon')}
        about={t('editor.horizon.about')}
        width={10}
        placeholder="6h"
        value={query.horizon ?? ''}
        onCommit={(horizon) => set({ horizon })}
      />
      <TextField
        label={t('editor.levels')}
        about={t('editor.levels.about')}
        width={12}
        placeholder="0.8, 0.95"
        value={(query.levels ?? []).join(', ')}
        onCommit={(text) => set({ levels: levelsOf(text) })}
      />
      <TextField
        label={t('editor.threshold')}
        width={10}
        value={query.threshold === undefined ? '' : String(query.threshold)}
        onCommit={(text) => set({ threshold: numberOf(text) })}
      />
      <Choice
        label={t('editor.direction')}
        value={query.direction ?? 'above'}
        options={[
          ['above', t('editor.above')],
          ['below', t('editor.below')],
        ]}
        onChange={(direction) => set({ direction })}
      />
      <LegendAndStep {...props} />
    </>
  );
}

function LeaderboardFields(props: KindFieldsProps): ReactElement {
  const { query, set } = props;
  return (
    <>
      <TextField
        label={t('editor.limit')}
        width={8}
        placeholder="10"
        value={query.limit === undefined ? '' : String(query.limit)}
        onCommit={(text) => set({ limit: Math.max(1, Math.round(numberOf(text) ?? 10)) })}
      />
      <Choice
        label={t('editor.order')}
        value={query.order ?? 'highest'}
        options={[
          ['highest', t('editor.highest')],
          ['lowest', t('editor.lowest')],
        ]}
        onChange={(order) => set({ order })}
      />
      <TextField
        label={t('editor.compare')}
        about={t('editor.compare.about')}
        width={10}
        placeholder="1h"
        value={query.compare ?? ''}
        onCommit={(compare) => set({ compare: compare.trim() })}
      />
      <Switch
        label={t('editor.others')}
        value={query.others === true}
        onChange={(others) => set({ others })}
      />
      <LegendAndStep {...props} />
    </>
  );
}

function ViewFields(props: KindFieldsProps): ReactElement {
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
      <LegendAndStep {...props} />
    </>
  );
}

function AlertFields({ query, set }: KindFieldsProps): ReactElement {
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

function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

function levelsOf(text: string): number[] | undefined {
  const levels = text.split(/[,;\s]+/).map(Number);
  const given = levels.filter((level) => level > 0 && level < 1);
  return given.length === 0 ? undefined : given;
}
