import {
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  type FieldConfigPropertyItem,
  identityOverrideProcessor,
  numberOverrideProcessor,
  type StandardEditorsRegistryItem,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformersRegistry,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import { TextEditor } from './editors.tsx';

const editorIds = [
  'text',
  'number',
  'slider',
  'boolean',
  'select',
  'multi-select',
  'radio',
  'unit',
  'color',
  'fieldColor',
  'links',
  'actions',
  'mappings',
  'thresholds',
  'stats-picker',
  'strings',
  'timezone',
  'field-name',
] as const;

type Process = FieldConfigPropertyItem['process'];

/** Grafana's own properties of fields: path, and how an override's value becomes the field's. */
const fieldProperties: ReadonlyArray<readonly [string, Process]> = [
  ['displayName', displayNameOverrideProcessor as Process],
  ['unit', unitOverrideProcessor as Process],
  ['min', numberOverrideProcessor as Process],
  ['max', numberOverrideProcessor as Process],
  ['decimals', numberOverrideProcessor as Process],
  ['color', identityOverrideProcessor as Process],
  ['noValue', identityOverrideProcessor as Process],
  ['thresholds', thresholdsOverrideProcessor as Process],
  ['mappings', valueMappingsOverrideProcessor as Process],
  ['links', dataLinksOverrideProcessor as Process],
  ['actions', identityOverrideProcessor as Process],
  ['filterable', identityOverrideProcessor as Process],
];

/**
 * The registries that a plugin's options need to exist. Grafana's own editors are not published, so one plain text
 * field stands for each: what matters here is that options and overrides reach the panel.
 */
export function installRegistries(): void {
  standardEditorsRegistry.setInit(() =>
    editorIds.map((id): StandardEditorsRegistryItem => ({ id, name: id, editor: TextEditor })),
  );
  standardFieldConfigEditorRegistry.setInit(() =>
    fieldProperties.map(
      ([path, process]) =>
        ({
          id: path,
          path,
          name: path,
          editor: TextEditor,
          override: TextEditor,
          process,
          shouldApply: () => true,
          settings: {},
        }) as unknown as FieldConfigPropertyItem,
    ),
  );
  standardTransformersRegistry.setInit(() => []);
}
