import { type DataFrame, MappingType, stringToJsRegex, type ValueMapping } from '@grafana/data';
import { type AlertState, states } from './alerts.ts';
import type { TimelineOptions } from './options.ts';
import type { NameText } from './prepare.ts';

/** What a state is called, and its colour. */
export interface StateLook {
  readonly text: string;
  readonly colour: string;
}

export type StateLooks = Readonly<Record<AlertState, StateLook>>;

/** Value mappings of the field `state` give states other names and colours. */
export function stateLooks(
  frames: readonly DataFrame[],
  usual: StateLooks,
  colourByName: (name: string) => string,
): StateLooks {
  const mappings = mappingsOf(frames, 'state');
  if (mappings.length === 0) return usual;
  const looks = states.map((state): [AlertState, StateLook] => {
    const found = mapped(mappings, state);
    const colour = found?.color === undefined ? usual[state].colour : colourByName(found.color);
    return [state, { text: found?.text ?? usual[state].text, colour }];
  });
  return Object.fromEntries(looks) as unknown as StateLooks;
}

const fieldNames: Readonly<Record<TimelineOptions['laneBy'], string>> = {
  rule: 'alertname',
  alert: 'alertname',
  team: 'team',
  severity: 'severity',
  service: 'service',
  group: 'title',
  label: 'labels',
};

/** Value mappings of the field that makes the lanes give lanes other names. */
export function laneNameText(frames: readonly DataFrame[], laneBy: TimelineOptions['laneBy']): NameText {
  const mappings = mappingsOf(frames, fieldNames[laneBy]);
  if (mappings.length === 0) return String;
  return (name) => mapped(mappings, name)?.text ?? name;
}

function mappingsOf(frames: readonly DataFrame[], name: string): readonly ValueMapping[] {
  const fields = frames.flatMap((frame) => frame.fields.filter((field) => field.name === name));
  return fields.find(({ config }) => (config.mappings?.length ?? 0) > 0)?.config.mappings ?? [];
}

/** What the first mapping that fits makes of a text; undefined when none does. */
function mapped(
  mappings: readonly ValueMapping[],
  text: string,
): { readonly text?: string; readonly color?: string } | undefined {
  for (const { type, options } of mappings) {
    if (type === MappingType.ValueToText && options[text] !== undefined) return options[text];
    if (type !== MappingType.RegexToText || options.pattern === '') continue;
    const pattern = stringToJsRegex(options.pattern);
    if (!pattern.test(text)) continue;
    const { text: replacement, ...rest } = options.result;
    return replacement === undefined ? rest : { ...rest, text: text.replace(pattern, replacement) };
  }
  return undefined;
}
