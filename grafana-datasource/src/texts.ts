import { config } from '@grafana/runtime';
import german from './locales/de-DE/statbar-metrics-datasource.json';
import english from './locales/en-US/statbar-metrics-datasource.json';

export type Texts = Readonly<Record<string, string>>;
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;
export type TextKey = keyof typeof english;

const locales: Readonly<Record<string, Texts>> = { 'en-US': english, 'de-DE': german };

/** A text in this language, in a related one (de-AT takes de-DE), or in English; `{{name}}` stands for a value. */
export function textIn(
  language: string,
  key: TextKey,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const related = Object.keys(locales).find((name) => name.slice(0, 2) === language.slice(0, 2));
  const texts = locales[language] ?? locales[related ?? 'en-US'];
  const text = texts?.[key] ?? english[key];
  return text.replace(/\{\{(\w+)\}\}/g, (match, name: string) => String(values[name] ?? match));
}

/** A text in the viewer's language. */
export const t: Translate = (key, values) => textIn(config.bootData?.user?.language ?? 'en-US', key, values);
