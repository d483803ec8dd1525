import type { SelectableValue, StandardEditorProps } from '@grafana/data';
import {
  ColorPickerInput,
  Combobox,
  Input,
  MultiCombobox,
  RadioButtonGroup,
  Slider,
  StatsPicker,
  Switch,
  TagsInput,
  TextArea,
  UnitPicker,
} from '@grafana/ui';
import type { ReactElement } from 'react';

/*
 * Grafana's own editors of options are not published. These are made of the same components of @grafana/ui, and take the
 * same settings, so that a plugin's options can be used here as there.
 */

type Props<T, S = unknown> = StandardEditorProps<T, S & { readonly placeholder?: string }>;
interface Choices {
  readonly options?: readonly SelectableValue[];
}
interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly integer?: boolean;
}

export function TextEditor({
  value,
  onChange,
  id,
  item,
}: Props<string, { useTextarea?: boolean }>): ReactElement {
  const { settings } = item;
  const common = {
    ...{ id, defaultValue: value ?? '', placeholder: settings?.placeholder ?? '', 'aria-label': item.name },
    onBlur: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onChange(currentTarget.value || undefined),
  };
  return settings?.useTextarea === true ? <TextArea {...common} /> : <Input {...common} />;
}

export function NumberEditor({ value, onChange, id, item }: Props<number, Bounds>): ReactElement {
  const { min, max, step, integer, placeholder } = item.settings ?? {};
  const read = (text: string): number | undefined => {
    if (text.trim() === '') return undefined;
    const number = integer === true ? Math.round(Number(text)) : Number(text);
    return Number.isFinite(number) ? number : undefined;
  };
  return (
    <Input
      type="number"
      aria-label={item.name}
      defaultValue={value}
      onBlur={({ currentTarget }) => onChange(read(currentTarget.value))}
      {...{ id, min, max, step, placeholder }}
    />
  );
}

export function SliderEditor({
  value,
  onChange,
  id,
  item,
}: Props<number, Bounds & { ariaLabelForHandle?: string }>): ReactElement {
  const { min = 0, max = 100, step = 1 } = item.settings ?? {};
  return (
    <Slider
      {...{ min, max, step, included: true }}
      {...(id === undefined ? {} : { inputId: id })}
      ariaLabelForHandle={item.settings?.ariaLabelForHandle ?? item.name}
      value={value ?? min}
      onAfterChange={(next) => onChange(next)}
    />
  );
}

export function BooleanEditor({ value, onChange, id, item }: Props<boolean>): ReactElement {
  return (
    <Switch
      {...(id === undefined ? {} : { id })}
      aria-label={item.name}
      value={value === true}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}

function choicesOf(options: readonly SelectableValue[] | undefined): { label: string; value: string }[] {
  return (options ?? []).map(({ label, value }) => ({ label: label ?? String(value), value: String(value) }));
}

/** Values of a choice may be of any type; the components below want text. */
function original(options: readonly SelectableValue[] | undefined, text: string): unknown {
  const found = options?.find(({ value }) => String(value) === text);
  return found === undefined ? text : found.value;
}

export function SelectEditor({
  value,
  onChange,
  id,
  item,
}: Props<unknown, Choices & { allowCustomValue?: boolean; isClearable?: boolean }>): ReactElement {
  const { options, allowCustomValue, isClearable, placeholder } = item.settings ?? {};
  return (
    <Combobox<string>
      {...{ id, placeholder, createCustomValue: allowCustomValue === true }}
      isClearable={(isClearable === true) as true}
      aria-label={item.name}
      options={choicesOf(options)}
      value={value === undefined || value === null ? null : String(value)}
      onChange={(chosen: { value: string } | null) =>
        onChange(chosen === null ? undefined : original(options, chosen.value))
      }
    />
  );
}

export function MultiSelectEditor({ value, onChange, id, item }: Props<unknown[], Choices>): ReactElement {
  const { options } = item.settings ?? {};
  return (
    <MultiCombobox<string>
      id={id}
      aria-label={item.name}
      options={choicesOf(options)}
      value={(value ?? []).map(String)}
      onChange={(chosen) => onChange(chosen.map((each) => original(options, each.value)))}
    />
  );
}

export function RadioEditor({ value, onChange, id, item }: Props<unknown, Choices>): ReactElement {
  return (
    <RadioButtonGroup
      {...(id === undefined ? {} : { id })}
      aria-label={item.name}
      fullWidth
      options={[...(item.settings?.options ?? [])]}
      value={value}
      onChange={onChange}
    />
  );
}

export function UnitEditor({ value, onChange, id }: Props<string>): ReactElement {
  return (
    <UnitPicker
      {...(id === undefined ? {} : { id })}
      {...(value === undefined ? {} : { value })}
      onChange={onChange}
    />
  );
}

export function ColorEditor({ value, onChange, id, item }: Props<string>): ReactElement {
  return <ColorPickerInput id={id} aria-label={item.name} value={value ?? ''} onChange={onChange} />;
}

export function StatsEditor({
  value,
  onChange,
  item,
}: Props<string[], { allowMultiple?: boolean; defaultStat?: string }>): ReactElement {
  const { allowMultiple, defaultStat } = item.settings ?? {};
  const common = { stats: value ?? [], onChange, ...(defaultStat === undefined ? {} : { defaultStat }) };
  return allowMultiple === true ? (
    <StatsPicker {...common} allowMultiple aria-label={item.name} />
  ) : (
    <StatsPicker {...common} aria-label={item.name} />
  );
}

export function StringsEditor({ value, onChange, id, item }: Props<string[]>): ReactElement {
  return (
    <TagsInput
      {...(id === undefined ? {} : { id })}
      placeholder={item.settings?.placeholder ?? item.name}
      tags={value ?? []}
      onChange={onChange}
    />
  );
}
