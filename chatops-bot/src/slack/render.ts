import type { KnownBlock } from '@slack/types';
import {
  type Block,
  type Card,
  cutText,
  type RichText,
  rich,
  type Table,
  type Tone,
} from '../reply/index.ts';
import { elementsOfActions, plainTextElement } from './action-elements.ts';
import { chartBlock, type DataVisualizationBlock } from './chart-block.ts';
import { limits } from './limits.ts';
import { elementsOf, escapeMrkdwn, mrkdwn, sectionOf, wellFormed } from './rich-text.ts';

export type SlackBlock = KnownBlock | DataVisualizationBlock;

export interface RenderedMessage {
  readonly blocks: SlackBlock[];
  /** For notifications and screen readers. */
  readonly text: string;
}

export interface RenderOptions {
  /** The workspace takes `data_visualization`. */
  readonly nativeCharts: boolean;
  readonly blocksMax?: number;
}

const signs: Readonly<Record<Tone, string>> = {
  critical: '🔴',
  error: '🟠',
  warning: '🟡',
  info: '🔵',
  good: '✅',
  muted: '🔕',
};

/** How much room texts get; the first that makes the message small enough is taken. */
const rooms = [1, 0.5, 0.25, 0.1, 0.04];

/** Any card as blocks that Slack takes: within all limits, and with nothing in them that it would read as markup. */
export function renderCard(card: Card, options: RenderOptions): RenderedMessage {
  const blocksMax = options.blocksMax ?? limits.messageBlocks;
  const text = cutText(`${signs[card.tone]} ${escapeMrkdwn(card.summary)}`, limits.text);
  let blocks: SlackBlock[] = [];
  for (const room of rooms) {
    blocks = new Renderer(options.nativeCharts, room, blocksMax).render(card);
    if (JSON.stringify(blocks).length <= limits.messageCharacters) return { blocks, text };
  }
  // Of what remains the actions are worth most: there can be many, with long commands in them.
  while (blocks.length > 1 && JSON.stringify(blocks).length > limits.messageCharacters) blocks.pop();
  return { blocks, text };
}

/** The same without what a workspace refused. */
export function hasNativeChart(blocks: readonly SlackBlock[]): boolean {
  return blocks.some(({ type }) => type === 'data_visualization');
}

class Renderer {
  readonly #nativeCharts: boolean;
  readonly #room: number;
  readonly #blocksMax: number;
  #elements = 0;
  #tables = 0;
  #charts = 0;

  constructor(nativeCharts: boolean, room: number, blocksMax: number) {
    this.#nativeCharts = nativeCharts;
    this.#room = room;
    this.#blocksMax = blocksMax;
  }

  render({ tone, title, blocks: parts }: Card): SlackBlock[] {
    const blocks: SlackBlock[] = [];
    if (title !== '') {
      blocks.push({ type: 'header', text: header(`${signs[tone]} ${title}`) });
    }
    for (const part of parts) blocks.push(...this.#block(part));
    if (blocks.length === 0) blocks.push(paragraph(rich('–'), 10));
    if (blocks.length <= this.#blocksMax) return blocks;
    const left = blocks.length - this.#blocksMax + 1;
    return [...blocks.slice(0, this.#blocksMax - 1), context(rich(`and ${left} more parts`), 100)];
  }

  #length(most: number): number {
    return Math.max(10, Math.floor(most * this.#room));
  }

  #block(block: Block): SlackBlock[] {
    switch (block.kind) {
      case 'paragraph':
        return [paragraph(block.text, this.#length(limits.sectionText))];
      case 'aside':
        return [context(block.text, this.#length(1500))];
      case 'heading':
        return block.text === '' ? [] : [{ type: 'header', text: header(block.text) }];
      case 'facts':
        return this.#facts(block.facts);
      case 'list':
        return this.#list(block.items, block.leftOut);
      case 'code':
        return [preformatted(block.text, this.#length(limits.sectionText))];
      case 'table':
        return this.#table(block);
      case 'chart': {
        if (!this.#nativeCharts || this.#charts >= limits.charts) return [];
        const native = chartBlock(block.chart);
        if (native === undefined) return [];
        this.#charts += 1;
        return [native];
      }
      case 'divider':
        return [{ type: 'divider' }];
      case 'actions': {
        const elements = elementsOfActions(block.actions, () => this.#elements++);
        return elements.length === 0 ? [] : [{ type: 'actions', elements }];
      }
    }
  }

  #facts(facts: Extract<Block, { kind: 'facts' }>['facts']): SlackBlock[] {
    if (facts.length === 0) return [];
    const lengthMax = this.#length(600);
    const elements = facts
      .slice(0, 30)
      .flatMap(({ name, value }, i) =>
        elementsOf(
          [
            { kind: 'text', text: `${i === 0 ? '' : '\n'}${cutText(name, 100)}: `, bold: true },
            ...(value.length === 0 ? rich('–') : value),
          ],
          lengthMax,
        ),
      );
    return [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }];
  }

  #list(items: readonly RichText[], leftOut: number): SlackBlock[] {
    const countMax = Math.max(3, Math.floor(50 * this.#room));
    const shown = items.slice(0, countMax);
    const left = items.length - shown.length + leftOut;
    const sections = shown.map((item) => sectionOf(item, this.#length(600)));
    if (left > 0) sections.push(sectionOf(rich(`and ${left} more`), 100));
    if (sections.length === 0) return [];
    return [
      { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements: sections }] },
    ];
  }

  #table({ columns, rows, leftOut }: Table): SlackBlock[] {
    const shownColumns = columns.slice(0, limits.tableColumns);
    const rowsMax = Math.max(3, Math.floor((limits.tableRows - 1) * this.#room));
    const shown = rows.slice(0, rowsMax);
    const left = rows.length - shown.length + leftOut;
    const note = left > 0 ? [context(rich(`and ${left} more rows`), 100)] : [];
    if (shownColumns.length === 0) return note;
    const cell = (text: string | undefined) => ({
      type: 'raw_text' as const,
      text: cutText(wellFormed(text ?? ''), this.#length(200)) || '–',
    });
    if (this.#tables >= limits.tables) {
      const lines = shown.map((row) => shownColumns.map((_, i) => row[i] ?? '').join('  '));
      return [preformatted(lines.join('\n'), this.#length(limits.sectionText)), ...note];
    }
    this.#tables += 1;
    return [
      {
        type: 'table',
        column_settings: shownColumns.map(({ align }) => ({ align, is_wrapped: true })),
        rows: [
          shownColumns.map(({ title }) => cell(title)),
          ...shown.map((row) => shownColumns.map((_, i) => cell(row[i]))),
        ],
      },
      ...note,
    ];
  }
}

function header(text: string) {
  return { ...plainTextElement(text.replaceAll('\n', ' '), limits.header), emoji: true };
}

function paragraph(text: RichText, lengthMax: number): SlackBlock {
  return { type: 'rich_text', elements: [sectionOf(text, lengthMax)] };
}

function preformatted(text: string, lengthMax: number): SlackBlock {
  const content = cutText(wellFormed(text), lengthMax) || '–';
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: content }] }],
  };
}

function context(text: RichText, lengthMax: number): SlackBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn(text, lengthMax) }] };
}
