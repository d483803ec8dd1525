import { InlineField, InlineSwitch } from '@grafana/ui';
import type { ReactElement } from 'react';
import { Combobox } from './Combobox.tsx';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: ReadonlyArray<readonly [value: Value, label: string]>;
  onChange(value: Value): void;
}

/** One of a few values. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: ChoiceProps<Value>): ReactElement {
  return (
    <InlineField label={label}>
      <Combobox
        aria-label={label}
        width={20}
        options={options.map(([each, text]) => ({ value: each, label: text }))}
        value={value}
        onChange={(option) => onChange(option.value)}
      />
    </InlineField>
  );
}

/** On or off. */
export function Switch(props: {
  readonly label: string;
  readonly value: boolean;
  readonly about?: string;
  onChange(value: boolean): void;
}): ReactElement {
  const { label, value, about, onChange } = props;
  return (
    <InlineField label={label} {...(about === undefined ? {} : { tooltip: about })}>
      <InlineSwitch
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </InlineField>
  );
}
