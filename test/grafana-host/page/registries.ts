import {
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  type FieldConfigPropertyItem,
  FieldType,
  identityOverrideProcessor,
  numberOverrideProcessor,
  type StandardEditorsRegistryItem,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  ThresholdsMode,
  type TransformerRegistryItem,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import {
  FieldColorEditor,
  FieldNameEditor,
  JsonEditor,
  LinksEditor,
  MappingsEditor,
  ThresholdsEditor,
} from './editors/fields.tsx';
import {
  BooleanEditor,
  ColorEditor,
  MultiSelectEditor,
  NumberEditor,
  RadioEditor,
  SelectEditor,
  SliderEditor,
  StatsEditor,
  StringsEditor,
  TextEditor,
  UnitEditor,
} from './editors/simple.tsx';

type Process = FieldConfigPropertyItem['process'];

const editors: Readonly<Record<string, unknown>> = {
  text: TextEditor,
  number: NumberEditor,
  slider: SliderEditor,
  boolean: BooleanEditor,
  select: SelectEditor,
  'multi-select': MultiSelectEditor,
  radio: RadioEditor,
  unit: UnitEditor,
  color: ColorEditor,
  fieldColor: FieldColorEditor,
  links: LinksEditor,
  actions: JsonEditor,
  mappings: MappingsEditor,
  thresholds: ThresholdsEditor,
  'stats-picker': StatsEditor,
  strings: StringsEditor,
  timezone: TextEditor,
  'field-name': FieldNameEditor,
};

interface FieldProperty {
  readonly id: string;
  readonly name: string;
  readonly editor: unknown;
  readonly process: Process;
  readonly category?: string;
  readonly defaultValue?: unknown;
  readonly settings?: object;
  readonly forNumbers?: boolean;
}

const identity = identityOverrideProcessor as Process;

/** Grafana's own properties of fields, with how an override's value becomes the field's. */
const fieldProperties: readonly FieldProperty[] = [
  {
    id: 'unit',
    name: 'Unit',
    editor: UnitEditor,
    process: unitOverrideProcessor as Process,
    forNumbers: true,
  },
  {
    id: 'min',
    name: 'Min',
    editor: NumberEditor,
    process: numberOverrideProcessor as Process,
    forNumbers: true,
  },
  {
    id: 'max',
    name: 'Max',
    editor: NumberEditor,
    process: numberOverrideProcessor as Process,
    forNumbers: true,
  },
  {
    ...{
      id: 'decimals',
      name: 'Decimals',
      editor: NumberEditor,
      process: numberOverrideProcessor as Process,
    },
    ...{ settings: { placeholder: 'auto', min: 0, max: 15, integer: true }, forNumbers: true },
  },
  {
    id: 'displayName',
    name: 'Display name',
    editor: TextEditor,
    process: displayNameOverrideProcessor as Process,
  },
  { id: 'color', name: 'Color scheme', editor: FieldColorEditor, process: identity },
  { id: 'noValue', name: 'No value', editor: TextEditor, process: identity, settings: { placeholder: '-' } },
  {
    ...{ id: 'links', name: 'Data links', category: 'Data links and actions', editor: LinksEditor },
    process: dataLinksOverrideProcessor as Process,
  },
  {
    id: 'actions',
    name: 'Actions',
    category: 'Data links and actions',
    editor: JsonEditor,
    process: identity,
  },
  {
    ...{ id: 'mappings', name: 'Value mappings', category: 'Value mappings', editor: MappingsEditor },
    process: valueMappingsOverrideProcessor as Process,
    defaultValue: [],
  },
  {
    ...{ id: 'thresholds', name: 'Thresholds', category: 'Thresholds', editor: ThresholdsEditor },
    process: thresholdsOverrideProcessor as Process,
    defaultValue: {
      mode: ThresholdsMode.Absolute,
      steps: [
        { value: -Infinity, color: 'green' },
        { value: 80, color: 'red' },
      ],
    },
  },
  { id: 'filterable', name: 'Ad-hoc filterable', editor: BooleanEditor, process: identity },
];

/** The registries that plugins' options, overrides and transformations need to exist, as Grafana fills them. */
export function installRegistries(): void {
  standardEditorsRegistry.setInit(() =>
    Object.entries(editors).map(
      ([id, editor]) => ({ id, name: id, editor }) as unknown as StandardEditorsRegistryItem,
    ),
  );
  standardFieldConfigEditorRegistry.setInit(() => fieldProperties.map(registered));
  standardTransformersRegistry.setInit(() =>
    Object.values(standardTransformers).map(
      (transformation) =>
        ({
          ...{ id: transformation.id, name: transformation.name, transformation, editor: () => null },
          ...{ imageDark: '', imageLight: '' },
        }) as unknown as TransformerRegistryItem,
    ),
  );
}

function registered(property: FieldProperty): FieldConfigPropertyItem {
  const { id, editor, category, forNumbers, settings = {} } = property;
  return {
    ...property,
    ...{ path: id, override: editor, settings },
    category: category === undefined ? ['Standard options'] : [category],
    shouldApply: (field: { type: FieldType }) => forNumbers !== true || field.type === FieldType.number,
    hideFromDefaults: id === 'filterable',
    hideFromOverrides: id === 'filterable',
  } as unknown as FieldConfigPropertyItem;
}
