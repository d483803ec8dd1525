import { Stack } from '@grafana/ui';
import type { ReactElement } from 'react';
import { t } from '../texts.ts';
import { Choice, Switch } from './Choice.tsx';
import { type KindFieldsProps, LegendAndStep, numberOf } from './CommonFields.tsx';
import { TextField } from './TextField.tsx';
import { AlertFields, AnomalyFields, LiveSwitch, ViewFields } from './WatchFields.tsx';

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
      <LiveSwitch {...props} />
      <Switch
        label={t('editor.exemplars')}
        value={query.exemplars === true}
        onChange={(exemplars) => set({ exemplars })}
      />
    </>
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

function levelsOf(text: string): number[] | undefined {
  const levels = text.split(/[,;\s]+/).map(Number);
  const given = levels.filter((level) => level > 0 && level < 1);
  return given.length === 0 ? undefined : given;
}
