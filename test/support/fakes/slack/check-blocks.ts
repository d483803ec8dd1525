import {
  actionIds,
  anyText,
  image,
  inputs,
  interactive,
  oneImageSource,
  plainText,
  richText,
} from './elements.ts';
import {
  anything,
  boolean,
  both,
  isFields,
  lengthOf,
  list,
  number,
  object,
  oneOf,
  type Report,
  type Shape,
  string,
  typed,
  url,
  wrong,
} from './shapes.ts';

export interface BlockRules {
  /** Whether the workspace has native charts already. */
  readonly dataVisualization: boolean;
}

const id = { block_id: string(255) };
const BLOCKS_LENGTH_MAX = 13_200;
const DATA_TABLE_LENGTH_MAX = 20_000;
const MARKDOWN_LENGTH_MAX = 12_000;
const VISUALIZATIONS_MAX = 2;

const section = both(
  object(
    {},
    {
      ...id,
      text: anyText(3000),
      fields: list(anyText(2000), 10),
      accessory: typed({ ...interactive, image }),
      expand: boolean,
    },
  ),
  (value, at, report) => {
    if (isFields(value) && value['text'] === undefined && value['fields'] === undefined) {
      wrong(report, at, 'missing required field: text or fields');
    }
  },
);

const imageBlock = both(
  object(
    { alt_text: string(2000) },
    {
      ...id,
      title: plainText(2000),
      image_url: url(),
      slack_file: object({}, { id: string(255), url: url() }),
    },
  ),
  oneImageSource,
);

const cell = typed({
  raw_text: object({ text: string(3000, 0) }),
  raw_number: object({ value: number }, { text: string(3000, 0) }),
  rich_text: richText,
});
const align = object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean });

const chartName = string(20);
const chart: Shape = (value, at, report) => {
  const series = object({
    name: chartName,
    data: list(object({ label: chartName, value: number }), 20),
  });
  const axes = object({ categories: list(chartName, 20) }, { x_label: string(50), y_label: string(50) });
  const withAxes = object({ series: list(series, 12), axis_config: axes });
  typed({
    line: withAxes,
    area: withAxes,
    bar: withAxes,
    pie: object({ segments: list(object({ label: chartName, value: number }), 12) }),
  })(value, at, report);
};

const messageBlocks: Readonly<Record<string, Shape>> = {
  section,
  divider: object({}, id),
  header: object({ text: plainText(150) }, { ...id, level: number }),
  context: object(
    {
      elements: list(
        typed({
          plain_text: object({ text: string(3000) }, { emoji: boolean }),
          mrkdwn: object({ text: string(3000) }, { verbatim: boolean }),
          image,
        }),
        10,
      ),
    },
    id,
  ),
  actions: object({ elements: list(typed(interactive), 25) }, id),
  image: imageBlock,
  input: object(
    { label: plainText(2000), element: typed(inputs) },
    { ...id, hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  ),
  markdown: object({ text: string(MARKDOWN_LENGTH_MAX) }, id),
  rich_text: richText,
  file: object({ external_id: string(255), source: oneOf('remote') }, id),
  video: object(
    { alt_text: string(2000), title: plainText(199), thumbnail_url: url(), video_url: url() },
    {
      ...id,
      author_name: string(49),
      description: plainText(200),
      provider_name: string(100),
      provider_icon_url: url(),
      title_url: url(),
    },
  ),
  table: object({ rows: list(list(cell, 20), 100) }, { ...id, column_settings: list(align, 20, 0) }),
  data_table: object(
    { rows: list(list(cell, 20), 201) },
    { ...id, caption: string(500), columns: anything, column_settings: anything, page_size: number },
  ),
  card: object(
    {},
    {
      ...id,
      title: anyText(150),
      subtitle: anyText(150),
      body: anyText(200),
      subtext: anyText(200),
      icon: anything,
      hero_image: anything,
      actions: list(typed(interactive), 3),
    },
  ),
  carousel: object({ elements: list(anything, 10) }, id),
  alert: object({ text: anyText(3000) }, { ...id, level: string(20) }),
  container: object(
    {},
    {
      ...id,
      title: plainText(150),
      child_blocks: list(anything, 10),
      width: string(20),
      is_collapsible: boolean,
      default_collapsed: boolean,
    },
  ),
  context_actions: object({ elements: list(anything, 5) }, id),
  plan: object({ title: anything }, { ...id, tasks: list(anything, 50, 0) }),
  task_card: object(
    { task_id: string(255) },
    { ...id, title: anything, details: anything, output: anything, sources: anything, status: string(20) },
  ),
};

const visualization = object({ title: string(50), chart }, id);

/** What Slack finds wrong with the blocks of a message (at most 50) or of a view (at most 100). */
export function blockProblems(
  blocks: unknown,
  place: 'message' | 'view',
  rules: BlockRules,
  root = '',
): string[] {
  const report: Report = { problems: [] };
  const shapes = rules.dataVisualization
    ? { ...messageBlocks, data_visualization: visualization }
    : messageBlocks;
  list(typed(shapes), place === 'message' ? 50 : 100, 0)(blocks, `${root}/blocks`, report);
  if (!Array.isArray(blocks)) return report.problems;
  checkWhole(blocks, root, report);
  return report.problems;
}

function checkWhole(blocks: readonly unknown[], root: string, report: Report): void {
  const seen = new Set<unknown>();
  let markdownLength = 0;
  let visualizations = 0;
  for (const [i, block] of blocks.entries()) {
    if (!isFields(block)) continue;
    const at = `${root}/blocks/${i}`;
    if (block['block_id'] !== undefined && seen.has(block['block_id'])) {
      wrong(report, `${at}/block_id`, `block_id already exists: ${block['block_id']}`);
    }
    seen.add(block['block_id']);
    const actions = actionIds(block);
    for (const each of new Set(actions.filter((action, j) => actions.indexOf(action) !== j))) {
      wrong(report, `${at}/elements`, `action_id "${each}" already exists`);
    }
    if (block['type'] === 'markdown') markdownLength += lengthOf(String(block['text']));
    if (block['type'] === 'data_visualization') visualizations += 1;
    if (block['type'] === 'table' && seen.has('a table')) wrong(report, at, 'only one table allowed');
    if (block['type'] === 'table') seen.add('a table');
  }
  if (markdownLength > MARKDOWN_LENGTH_MAX) {
    wrong(report, `${root}/blocks`, `must be less than ${MARKDOWN_LENGTH_MAX + 1} characters`);
  }
  if (visualizations > VISUALIZATIONS_MAX) {
    wrong(report, `${root}/blocks`, `no more than ${VISUALIZATIONS_MAX} data_visualization blocks allowed`);
  }
}

/**
 * Slack does not say how it measures blocks; between the measurements that users have published this is the strictest:
 * all of their JSON, without data tables, which have a limit of their own.
 */
export function areBlocksTooLong(blocks: readonly unknown[]): boolean {
  const isDataTable = (block: unknown): boolean => isFields(block) && block['type'] === 'data_table';
  const measured = blocks.filter((block) => !isDataTable(block));
  const tables = blocks.filter(isDataTable);
  return (
    lengthOf(JSON.stringify(measured)) > BLOCKS_LENGTH_MAX ||
    tables.some((table) => lengthOf(JSON.stringify(table)) > DATA_TABLE_LENGTH_MAX)
  );
}

/** What Slack finds wrong with a modal or a home tab. */
export function viewProblems(view: unknown, rules: BlockRules): string[] {
  const report: Report = { problems: [] };
  const common = { private_metadata: string(3000, 0), callback_id: string(255), external_id: string(255) };
  typed({
    modal: object(
      { title: plainText(24), blocks: anything },
      {
        ...common,
        close: plainText(24),
        submit: plainText(24),
        clear_on_close: boolean,
        notify_on_close: boolean,
      },
    ),
    home: object({ blocks: anything }, common),
  })(view, '/view', report);
  const blocks = isFields(view) ? view['blocks'] : undefined;
  report.problems.push(...blockProblems(blocks, 'view', rules, '/view'));
  if (isFields(view) && view['type'] === 'modal' && view['submit'] === undefined && Array.isArray(blocks)) {
    if (blocks.some((block) => isFields(block) && block['type'] === 'input')) {
      wrong(report, '/view', 'missing required field: submit');
    }
  }
  return report.problems;
}
