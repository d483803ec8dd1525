import { config } from '@grafana/runtime';
import { fill } from './fill.ts';

export type Texts = Readonly<Record<string, string>>;
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/**
 * Texts in the viewer's language, in that of the same language elsewhere (de-AT takes de-DE), or in English. Values
 * stand for `{{name}}`, as in the files that Grafana's own translations use.
 */
export function translator(locales: Readonly<Record<string, Texts>>): Translate {
  return (key, values) => {
    const texts = textsFor(locales, config.bootData?.user?.language ?? 'en-US');
    return fill(texts[key] ?? locales['en-US'][key] ?? key, values);
  };
}

function textsFor(locales: Readonly<Record<string, Texts>>, language: string): Texts {
  const short = language.slice(0, 2);
  const related = Object.keys(locales).find((name) => name.slice(0, 2) === short);
  return locales[language] ?? locales[related ?? 'en-US'];
}
