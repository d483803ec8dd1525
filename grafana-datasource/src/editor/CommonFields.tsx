import type { ReactElement } from 'react';
import type { StatBarDataSource } from '../datasource.ts';
import type { StatBarQuery } from '../model/query.ts';
import { durationMs } from '../model/time.ts';
import { t } from '../texts.ts';
import { TextField } from './TextField.tsx';

export interface KindFieldsProps {
  readonly query: StatBarQuery;
  readonly datasource: StatBarDataSource;
  /** Changes these fields, and asks again. */
  set(change: Partial<StatBarQuery>): void;
}

/** Names of series, and the shortest step. */
export function LegendAndStep({ query, set }: KindFieldsProps): ReactElement {
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

/** Label matchers beside what is asked. */
export function Matchers({ query, set }: Pick<KindFieldsProps, 'query' | 'set'>): ReactElement {
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

/** Undefined for what is no number. */
export function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}
