import { Alert, Button, IconButton, InlineField, Stack } from '@grafana/ui';
import { type ReactElement, useMemo, useState } from 'react';
import type { Service } from '../client/service.ts';
import { matcherText } from '../promql/filters.ts';
import { functionByName, promqlFunctions } from '../promql/functions.ts';
import type { LabelMatcher } from '../promql/selectors.ts';
import {
  matcherOperators,
  parseVisual,
  printVisual,
  type VisualOperation,
  type VisualQuery,
} from '../promql/visual.ts';
import { t } from '../texts.ts';
import { Combobox, MultiCombobox } from './Combobox.tsx';
import { TextField } from './TextField.tsx';

const OPTIONS_MAX = 500;

export interface BuilderProps {
  readonly expression: string;
  readonly service: Service;
  onChange(expression: string): void;
}

/** An expression put together by choosing; one that it cannot show stays as it is. */
export function Builder({ expression, service, onChange }: BuilderProps): ReactElement {
  const query = useMemo(() => parseVisual(expression), [expression]);
  if (query === undefined) return <Alert severity="info" title={t('editor.too-complex')} />;
  const set = (change: Partial<VisualQuery>): void => onChange(printVisual({ ...query, ...change }));
  const options = async (ask: Promise<readonly string[]>, typed: string) =>
    (await ask)
      .filter((text) => text.toLowerCase().includes(typed.toLowerCase()))
      .slice(0, OPTIONS_MAX)
      .map((text) => ({ label: text, value: text }));
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" wrap="wrap" gap={1}>
        <InlineField label={t('builder.metric')}>
          <Combobox
            aria-label={t('builder.metric')}
            width={40}
            options={(typed) => options(service.metrics(), typed)}
            value={query.metric === '' ? null : query.metric}
            createCustomValue
            onChange={({ value }) => set({ metric: value })}
          />
        </InlineField>
        <Matchers query={query} service={service} options={options} set={set} />
      </Stack>
      <Operations query={query} service={service} set={set} />
      {expression !== '' && <code>{expression}</code>}
    </Stack>
  );
}

interface PartProps {
  readonly query: VisualQuery;
  readonly service: Service;
  set(change: Partial<VisualQuery>): void;
}

interface MatchersProps extends PartProps {
  options(ask: Promise<readonly string[]>, typed: string): Promise<{ label: string; value: string }[]>;
}

function Matchers({ query, service, options, set }: MatchersProps): ReactElement {
  const { matchers, metric } = query;
  // One that has no value yet is not a part of the expression.
  const [draft, setDraft] = useState<LabelMatcher>();
  const shown = draft === undefined ? matchers : [...matchers, draft];
  const change = (i: number, part: Partial<LabelMatcher>): void => {
    const changed = { ...shown[i], ...part };
    if (i < matchers.length) set({ matchers: matchers.map((each, j) => (i === j ? changed : each)) });
    else if (changed.name !== '' && changed.value !== '') {
      setDraft(undefined);
      set({ matchers: [...matchers, changed] });
    } else setDraft(changed);
  };
  const remove = (i: number): void => {
    if (i < matchers.length) set({ matchers: matchers.filter((_each, j) => j !== i) });
    else setDraft(undefined);
  };
  const selection = (i: number): string => {
    const named: LabelMatcher[] = metric === '' ? [] : [{ name: '__name__', operator: '=', value: metric }];
    const others = matchers.filter(({ value }, j) => j !== i && !value.includes('$'));
    return `{${[...named, ...others].map(matcherText).join(', ')}}`;
  };
  return (
    <>
      {shown.map(({ name, operator, value }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a filter is told from others by its place alone
        <Stack key={i} direction="row" gap={0} alignItems="center">
          <Combobox
            aria-label={t('builder.label')}
            width={20}
            options={(typed) => options(service.labelNames(selection(i)), typed)}
            value={name === '' ? null : name}
            createCustomValue
            onChange={(option) => change(i, { name: option.value })}
          />
          <Combobox
            aria-label={t('builder.operator')}
            width={8}
            options={matcherOperators.map((each) => ({ label: each, value: each }))}
            value={operator}
            onChange={(option) => change(i, { operator: option.value })}
          />
          <Combobox
            aria-label={t('builder.value')}
            width={20}
            options={(typed) =>
              options(name === '' ? Promise.resolve([]) : service.labelValues(name, selection(i)), typed)
            }
            value={value === '' ? null : value}
            createCustomValue
            onChange={(option) => change(i, { value: option.value })}
          />
          <IconButton name="times" aria-label={t('builder.remove')} onClick={() => remove(i)} />
        </Stack>
      ))}
      <Button
        variant="secondary"
        icon="plus"
        disabled={draft !== undefined}
        onClick={() => setDraft({ name: '', operator: '=', value: '' })}
      >
        {t('builder.add-label')}
      </Button>
    </>
  );
}

function Operations({ query, service, set }: PartProps): ReactElement {
  const { operations } = query;
  const change = (i: number, operation: VisualOperation): void =>
    set({ operations: operations.map((each, j) => (i === j ? operation : each)) });
  // A function over a range must be the first: it takes the selector itself.
  const offered = promqlFunctions.filter(
    ({ kind }) => kind !== 'other' && (kind !== 'range' || operations.length === 0),
  );
  return (
    <Stack direction="row" wrap="wrap" gap={1}>
      {operations.map((operation, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is told from others by its place alone
        <Stack key={i} direction="row" gap={0} alignItems="center">
          <OperationFields operation={operation} service={service} onChange={(next) => change(i, next)} />
          <IconButton
            name="times"
            aria-label={t('builder.remove')}
            onClick={() => set({ operations: operations.filter((_each, j) => j !== i) })}
          />
        </Stack>
      ))}
      <Combobox
        aria-label={t('builder.add-operation')}
        placeholder={t('builder.add-operation')}
        width={24}
        options={offered.map(({ name, about }) => ({ label: name, value: name, description: about }))}
        value={null}
        onChange={({ value }) => set({ operations: [...operations, newOperation(value)] })}
      />
    </Stack>
  );
}

export function newOperation(name: string): VisualOperation {
  const { kind, before = [], after = [] } = functionByName.get(name) ?? { kind: 'vector' };
  if (kind === 'aggregation') return { kind: 'aggregation', name, before };
  return { kind: 'call', name, before, after, ...(kind === 'range' ? { range: '$__rate_interval' } : {}) };
}

interface OperationFieldsProps {
  readonly operation: VisualOperation;
  readonly service: Service;
  onChange(operation: VisualOperation): void;
}

function OperationFields({ operation, service, onChange }: OperationFieldsProps): ReactElement {
  if (operation.kind === 'arithmetic') {
    return (
      <TextField
        label={operation.operator}
        width={10}
        value={operation.number}
        onCommit={(number) => onChange({ ...operation, number })}
      />
    );
  }
  const { name, before } = operation;
  return (
    <>
      <InlineField label={name}>
        <span />
      </InlineField>
      {before.map((value, i) => (
        <TextField
          // biome-ignore lint/suspicious/noArrayIndexKey: parameters are told apart by their place
          key={i}
          label={t('builder.parameter')}
          width={8}
          value={value}
          onCommit={(text) =>
            onChange({ ...operation, before: before.map((each, j) => (i === j ? text : each)) })
          }
        />
      ))}
      {operation.kind === 'call' && operation.range !== undefined && (
        <TextField
          label={t('builder.range')}
          width={18}
          value={operation.range}
          onCommit={(range) => onChange({ ...operation, range })}
        />
      )}
      {operation.kind === 'aggregation' && (
        <InlineField label={operation.grouping?.word ?? t('builder.by')}>
          <MultiCombobox
            aria-label={t('builder.by')}
            width={30}
            options={async () => (await service.labelNames()).map((label) => ({ label, value: label }))}
            value={[...(operation.grouping?.labels ?? [])]}
            onChange={(options) => {
              const { grouping: _grouping, ...bare } = operation;
              const labels = options.map(({ value }) => value);
              const word = operation.grouping?.word ?? 'by';
              onChange(labels.length === 0 ? bare : { ...bare, grouping: { word, labels } });
            }}
          />
        </InlineField>
      )}
    </>
  );
}
