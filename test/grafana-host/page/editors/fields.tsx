import {
  type DataLink,
  type FieldColor,
  FieldColorModeId,
  type FieldNamePickerConfigSettings,
  fieldColorModeRegistry,
  getFieldDisplayName,
  MappingType,
  type StandardEditorProps,
  type ThresholdsConfig,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/data';
import {
  Button,
  ColorPicker,
  ColorPickerInput,
  Combobox,
  DataLinksInlineEditor,
  IconButton,
  Input,
  RadioButtonGroup,
} from '@grafana/ui';
import type { ReactElement } from 'react';

const row = { display: 'flex', gap: 4, alignItems: 'center', marginBottom: 4 } as const;

export function FieldColorEditor({
  value,
  onChange,
  id,
  item,
}: StandardEditorProps<FieldColor>): ReactElement {
  const mode = value?.mode ?? FieldColorModeId.Thresholds;
  const hasColor = mode === FieldColorModeId.Fixed || mode === FieldColorModeId.Shades;
  return (
    <>
      <Combobox<string>
        id={id}
        aria-label={item.name}
        options={fieldColorModeRegistry.list().map((each) => ({ label: each.name, value: each.id }))}
        value={mode}
        onChange={(chosen) => onChange({ ...value, mode: chosen.value })}
      />
      {hasColor && (
        <ColorPickerInput
          aria-label="Colour"
          value={value?.fixedColor ?? ''}
          onChange={(fixedColor) => onChange({ ...value, mode, fixedColor })}
        />
      )}
    </>
  );
}

export function ThresholdsEditor({ value, onChange }: StandardEditorProps<ThresholdsConfig>): ReactElement {
  const config = value ?? { mode: ThresholdsMode.Absolute, steps: [{ value: -Infinity, color: 'green' }] };
  const setSteps = (steps: ThresholdsConfig['steps']): void =>
    onChange({
      ...config,
      steps: [...steps].sort((a, b) => (a.value ?? -Infinity) - (b.value ?? -Infinity)),
    });
  const highest = Math.max(0, ...config.steps.map((step) => step.value ?? 0).filter(Number.isFinite));
  return (
    <>
      {config.steps.map((step, i) => (
        <div key={`${step.value} ${String(i)}`} style={row}>
          <ColorPicker
            color={step.color}
            enableNamedColors
            onChange={(color) =>
              setSteps(config.steps.map((each) => (each === step ? { ...each, color } : each)))
            }
          />
          {i === 0 ? (
            <span>Base</span>
          ) : (
            <Input
              type="number"
              aria-label={`Threshold ${i}`}
              defaultValue={step.value}
              onBlur={({ currentTarget }) =>
                setSteps(
                  config.steps.map((each) =>
                    each === step ? { ...each, value: Number(currentTarget.value) } : each,
                  ),
                )
              }
            />
          )}
          {i > 0 && (
            <IconButton
              name="trash-alt"
              aria-label={`Remove threshold ${i}`}
              onClick={() => setSteps(config.steps.filter((each) => each !== step))}
            />
          )}
        </div>
      ))}
      <div style={row}>
        <Button
          size="sm"
          variant="secondary"
          icon="plus"
          onClick={() => setSteps([...config.steps, { value: highest + 10, color: 'red' }])}
        >
          Add threshold
        </Button>
        <RadioButtonGroup
          size="sm"
          aria-label="Thresholds mode"
          options={[
            { label: 'Absolute', value: ThresholdsMode.Absolute },
            { label: 'Percentage', value: ThresholdsMode.Percentage },
          ]}
          value={config.mode}
          onChange={(mode) => onChange({ ...config, mode })}
        />
      </div>
    </>
  );
}

/** Single values with a text and a colour; ranges and expressions stay as the dashboard has them. */
export function MappingsEditor({ value = [], onChange }: StandardEditorProps<ValueMapping[]>): ReactElement {
  const values = value.filter((mapping) => mapping.type === MappingType.ValueToText);
  const others = value.filter((mapping) => mapping.type !== MappingType.ValueToText);
  const entries = values.flatMap(({ options }) => Object.entries(options));
  const set = (next: typeof entries): void =>
    onChange([
      ...(next.length === 0
        ? []
        : [{ type: MappingType.ValueToText as const, options: Object.fromEntries(next) }]),
      ...others,
    ]);
  return (
    <>
      {entries.map((entry, i) => {
        const [from, result] = entry;
        const replace = (next: typeof entry): void =>
          set(entries.map((each) => (each === entry ? next : each)));
        return (
          <div key={from} style={row}>
            <Input
              aria-label={`Value ${i + 1}`}
              defaultValue={from}
              onBlur={({ currentTarget }) => replace([currentTarget.value, result])}
            />
            <Input
              aria-label={`Text ${i + 1}`}
              defaultValue={result.text ?? ''}
              onBlur={({ currentTarget }) => replace([from, { ...result, text: currentTarget.value }])}
            />
            <ColorPicker
              color={result.color ?? 'transparent'}
              enableNamedColors
              onChange={(color) => replace([from, { ...result, color }])}
            />
            <IconButton
              name="trash-alt"
              aria-label={`Remove mapping ${i + 1}`}
              onClick={() => set(entries.filter((each) => each !== entry))}
            />
          </div>
        );
      })}
      <Button
        size="sm"
        variant="secondary"
        icon="plus"
        onClick={() => set([...entries, [String(entries.length), { text: '' }]])}
      >
        Add value mapping
      </Button>
    </>
  );
}

export function LinksEditor({ value, onChange, context }: StandardEditorProps<DataLink[]>): ReactElement {
  return (
    <DataLinksInlineEditor
      links={value ?? []}
      data={context.data}
      getSuggestions={() => context.getSuggestions?.() ?? []}
      onChange={(links) => onChange(links as DataLink[])}
    />
  );
}

export function FieldNameEditor({
  value,
  onChange,
  id,
  item,
  context,
}: StandardEditorProps<string, FieldNamePickerConfigSettings>): ReactElement {
  const names = context.data.flatMap((frame) =>
    frame.fields
      .filter((field) => item.settings?.filter?.(field) !== false)
      .map((field) => getFieldDisplayName(field, frame, context.data)),
  );
  return (
    <Combobox<string>
      id={id}
      aria-label={item.name}
      isClearable
      placeholder={item.settings?.placeholderText}
      options={[...new Set(names)].map((name) => ({ label: name, value: name }))}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen?.value)}
    />
  );
}

/** For what has no editor of its own here: the value as JSON. */
export function JsonEditor({ value, onChange, id, item }: StandardEditorProps<unknown>): ReactElement {
  return (
    <Input
      id={id}
      aria-label={item.name}
      defaultValue={JSON.stringify(value) ?? ''}
      onBlur={({ currentTarget }) => {
        try {
          onChange(currentTarget.value === '' ? undefined : JSON.parse(currentTarget.value));
        } catch {
          onChange(currentTarget.value);
        }
      }}
    />
  );
}
