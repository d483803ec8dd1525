import {
  type Block,
  type Card,
  plainText,
  type RichText,
  rich,
  type Table,
  type Tone,
} from '../reply/index.ts';
import { actionSet } from './actions.ts';
import { chartElement } from './chart-element.ts';
import { limits } from './limits.ts';
import { clean, type Element, markdown, type TeamsMention, textElement } from './text.ts';

export interface RenderOptions {
  /** Teams draws charts itself. */
  readonly nativeCharts: boolean;
  /** Of each chart of the card, in order, a `data:` URL; absent: there is none. */
  readonly pictures: readonly string[];
}

const signs: Readonly<Record<Tone, string>> = {
  critical: '🔴',
  error: '🟠',
  warning: '🟡',
  info: '🔵',
  good: '✅',
  muted: '🔕',
};
const containerStyles: Readonly<Record<Tone, string>> = {
  critical: 'attention',
  error: 'attention',
  warning: 'warning',
  info: 'emphasis',
  good: 'good',
  muted: 'default',
};

/** How much room texts and tables get; the first that makes the card small enough is taken. */
const rooms = [1, 0.5, 0.25, 0.1, 0.03];

/** Any card as an Adaptive Card 1.5 that Teams takes: small enough, and with nothing in it that it would read as markup. */
export function renderCard(card: Card, options: RenderOptions): Element {
  let rendered: Element = {};
  for (const room of rooms) {
    rendered = new Renderer(options, room).render(card);
    if (sizeBytes(rendered) <= limits.cardBytes) return rendered;
  }
  const body = [...(rendered['body'] as Element[])];
  while (body.length > 0 && sizeBytes({ ...rendered, body }) > limits.cardBytes) body.pop();
  if (body.length === 0) body.push(textElement(rich('–'), 10, {}, []));
  return { ...rendered, body };
}

/** As Teams counts: without pictures. */
export function sizeBytes(card: Element): number {
  const text = JSON.stringify(card, (key, value) =>
    key === 'url' && typeof value === 'string' && value.startsWith('data:') ? '' : value,
  );
  return Buffer.byteLength(text);
}

class Renderer {
  readonly #options: RenderOptions;
  readonly #room: number;
  readonly #mentions: TeamsMention[] = [];
  #charts = 0;

  constructor(options: RenderOptions, room: number) {
    this.#options = options;
    this.#room = room;
  }

  render({ tone, title, blocks, summary }: Card): Element {
    const body: Element[] = [];
    if (title !== '') {
      const text = `${signs[tone]} ${clean(title.replaceAll('\n', ' '), limits.title)}`;
      const head = textElement(rich(text), limits.title, { weight: 'Bolder', size: 'Medium' }, []);
      body.push({ type: 'Container', style: containerStyles[tone], bleed: true, items: [head] });
    }
    for (const block of blocks) body.push(...this.#block(block));
    if (body.length === 0) body.push(this.#text(rich('–'), 10, {}));
    const entities = this.#mentions;
    return {
      type: 'AdaptiveCard',
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      version: '1.5',
      fallbackText: clean(summary, 300) || 'StatBar',
      speak: clean(summary, 300) || 'StatBar',
      msteams: { width: 'Full', ...(entities.length === 0 ? {} : { entities }) },
      body,
    };
  }

  #length(most: number): number {
    return Math.max(10, Math.floor(most * this.#room));
  }

  #text(text: RichText, lengthMax: number, style: Element): Element {
    return textElement(text, this.#length(lengthMax), style, this.#mentions);
  }

  #block(block: Block): Element[] {
    switch (block.kind) {
      case 'paragraph':
        return [this.#text(block.text, limits.text, {})];
      case 'aside':
        return [this.#text(block.text, 1500, { size: 'Small', isSubtle: true, spacing: 'Small' })];
      case 'heading':
        return block.text === '' ? [] : [this.#text(rich(block.text), limits.title, { weight: 'Bolder' })];
      case 'facts':
        return this.#facts(block.facts);
      case 'list':
        return this.#list(block.items, block.leftOut);
      case 'code':
        return this.#code(block.text);
      case 'table':
        return this.#table(block);
      case 'chart': {
        const drawn = chartElement(
          block.chart,
          this.#options.pictures[this.#charts++],
          this.#options.nativeCharts,
        );
        return drawn === undefined ? [] : [drawn];
      }
      case 'divider':
        return [{ type: 'Container', separator: true, spacing: 'Medium', items: [] }];
      case 'actions':
        return actionSet(block.actions);
    }
  }

  #facts(facts: Extract<Block, { kind: 'facts' }>['facts']): Element[] {
    if (facts.length === 0) return [];
    const shown = facts.slice(0, limits.facts).map(({ name, value }) => ({
      title: clean(name, 100) || '–',
      value: clean(value.map((span) => markdown(span, this.#mentions)).join(''), this.#length(1200)) || '–',
    }));
    return [{ type: 'FactSet', facts: shown }];
  }

  #list(items: readonly RichText[], leftOut: number): Element[] {
    const countMax = Math.max(3, Math.floor(limits.listItems * this.#room));
    const shown = items.slice(0, countMax);
    const left = items.length - shown.length + leftOut;
    const lines = shown.map((item) => this.#text(rich('• ', ...item), 800, { spacing: 'Small' }));
    if (left > 0) lines.push(this.#text(rich(`and ${left} more`), 100, { spacing: 'Small', isSubtle: true }));
    return lines.length === 0 ? [] : [{ type: 'Container', spacing: 'Small', items: lines }];
  }

  #code(text: string): Element[] {
    const lines = clean(text, this.#length(limits.text)).split('\n').slice(0, 60);
    const items = lines.map((line) => ({
      type: 'RichTextBlock',
      spacing: 'None',
      inlines: [{ type: 'TextRun', text: line === '' ? ' ' : line, fontType: 'Monospace' }],
    }));
    return [{ type: 'Container', style: 'emphasis', items }];
  }

  #table({ columns, rows, leftOut }: Table): Element[] {
    const shownColumns = columns.slice(0, limits.tableColumns);
    const rowsMax = Math.max(3, Math.floor(limits.tableRows * this.#room));
    const shown = rows.slice(0, rowsMax);
    const left = rows.length - shown.length + leftOut;
    const note =
      left > 0 ? [this.#text(rich(`and ${left} more rows`), 100, { size: 'Small', isSubtle: true })] : [];
    if (shownColumns.length === 0) return note;
    const cell = (text: string | undefined, bold: boolean): Element => ({
      type: 'TableCell',
      items: [
        this.#text(
          rich(text === undefined || text === '' ? '–' : text),
          200,
          bold ? { weight: 'Bolder' } : {},
        ),
      ],
    });
    const row = (cells: readonly Element[]): Element => ({ type: 'TableRow', cells });
    const table: Element = {
      type: 'Table',
      firstRowAsHeader: true,
      gridStyle: 'default',
      columns: shownColumns.map(({ align }, at) => ({
        width: at === 0 ? 2 : 1,
        horizontalCellContentAlignment: align === 'right' ? 'Right' : 'Left',
      })),
      rows: [
        row(shownColumns.map(({ title }) => cell(title, true))),
        ...shown.map((each) => row(shownColumns.map((_, at) => cell(each[at], false)))),
      ],
    };
    return [table, ...note];
  }
}

/** For people and clients that see no cards. */
export function plainCard(card: Card): string {
  const paragraphs = card.blocks.flatMap((block) =>
    block.kind === 'paragraph' ? [plainText(block.text)] : [],
  );
  return clean([card.title, ...paragraphs].filter((text) => text !== '').join('\n'), 2000) || card.summary;
}

/** Whether a plain line says all of it: such a card needs no card. */
export function isPlain({ blocks }: Card): boolean {
  return blocks.every(({ kind }) => kind === 'paragraph' || kind === 'aside');
}
