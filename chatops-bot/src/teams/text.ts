import { cutText, plainText, type RichText, type Span } from '../reply/index.ts';

/** What an element of a card is made of; the platform's types would have its own builders. */
export type Element = Readonly<Record<string, unknown>>;

export interface TeamsMention {
  readonly type: 'mention';
  readonly text: string;
  readonly mentioned: { readonly id: string; readonly name: string };
}

/** Half of a pair of surrogates alone breaks JSON on the way. */
export function clean(text: string, lengthMax: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return cutText(text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f]/g, ''), lengthMax);
}

/** Literal in a TextBlock: nothing in it is read as Markdown, as a mention or as a date. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_[\]()#~>|]/g, '\\$&')
    .replace(/^(\s*)([-+]|\d+\.)(?=\s)/gm, '$1\\$2')
    .replaceAll('{{', '{\u200b{')
    .replace(/<(?=\/?at)/gi, '<\u200b');
}

/** Text with styles, but without moments and mentions, takes no Markdown at all; the others need it. */
export function textElement(
  text: RichText,
  lengthMax: number,
  style: Element,
  mentions: TeamsMention[],
): Element {
  const needsMarkdown = text.some(({ kind }) => kind === 'time' || kind === 'mention');
  const shown = cutSpans(text, lengthMax);
  if (needsMarkdown) {
    return {
      type: 'TextBlock',
      text: shown.map((span) => markdown(span, mentions)).join('') || ' ',
      wrap: true,
      ...style,
    };
  }
  const inlines = shown.map(run).filter(({ text: said }) => said !== '');
  const { size, isSubtle, weight, color, ...block } = style;
  const ofRun = {
    ...(size === undefined ? {} : { size }),
    ...(isSubtle === undefined ? {} : { isSubtle }),
    ...(weight === undefined ? {} : { weight }),
    ...(color === undefined ? {} : { color }),
  };
  return {
    type: 'RichTextBlock',
    inlines: (inlines.length === 0 ? [{ type: 'TextRun', text: ' ' }] : inlines).map((inline) => ({
      ...ofRun,
      ...inline,
    })),
    ...block,
  };
}

function run(span: Span): Element {
  if (span.kind === 'link') {
    return {
      type: 'TextRun',
      text: clean(span.text, 2000),
      selectAction: { type: 'Action.OpenUrl', url: span.url },
    };
  }
  if (span.kind !== 'text') return { type: 'TextRun', text: clean(plainText([span]), 2000) };
  return {
    type: 'TextRun',
    text: clean(span.text, 4000),
    ...(span.bold === true ? { weight: 'Bolder' } : {}),
    ...(span.italic === true ? { italic: true } : {}),
    ...(span.strike === true ? { strikethrough: true } : {}),
    ...(span.code === true ? { fontType: 'Monospace' } : {}),
  };
}

/** For TextBlock and Fact: escaped, with the few marks that they know. */
export function markdown(span: Span, mentions: TeamsMention[]): string {
  switch (span.kind) {
    case 'text': {
      const text = escapeMarkdown(clean(span.text, 4000));
      if (text.trim() === '') return text;
      const [, before, core, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? ['', '', text, ''];
      const marked = span.bold === true ? `**${core}**` : span.italic === true ? `_${core}_` : core;
      return `${before}${marked}${after}`;
    }
    case 'link':
      return `[${escapeMarkdown(clean(span.text, 2000))}](${span.url.replace(/[()\s]/g, encodeURIComponent)})`;
    case 'time': {
      const at = new Date(
        Math.min(Math.max(Number.isFinite(span.atMs) ? span.atMs : 0, 0), 253_402_300_799_000),
      );
      const iso = `${at.toISOString().slice(0, 19)}Z`;
      return span.form === 'time' ? `{{TIME(${iso})}}` : `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}`;
    }
    case 'mention': {
      const { name, platformId } = span.person;
      const shown = clean(name, 100).replace(/[<>]/g, '') || 'somebody';
      if (platformId === null || mentions.length >= 20) return escapeMarkdown(shown);
      const text = `<at>${shown}</at>`;
      if (!mentions.some((each) => each.text === text)) {
        mentions.push({ type: 'mention', text, mentioned: { id: platformId, name: shown } });
      }
      return text;
    }
  }
}

/** Cuts the text of the spans; moments and mentions stay whole. */
function cutSpans(text: RichText, lengthMax: number): Span[] {
  const shown: Span[] = [];
  let left = lengthMax;
  for (const span of text) {
    if (left <= 0) break;
    if (span.kind === 'text' || span.kind === 'link') {
      const cut = cutText(span.text, left);
      shown.push({ ...span, text: cut });
      left -= cut.length;
    } else shown.push(span);
  }
  return shown;
}
