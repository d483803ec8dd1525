import { codePoints, limits } from './limits.ts';
import {
  elementProblems,
  richTextProblems,
  tableProblems,
  visualizationProblems,
} from './validate-elements.ts';
import { type Dict, Report, textProblems } from './validate-parts.ts';

/**
 * What Slack would refuse in these blocks, one sentence each; none: they are fine. Says the same as `invalid_blocks` and
 * `msg_blocks_too_long` would, before anything is sent.
 */
export function blockProblems(
  blocks: readonly unknown[],
  { blocksMax = limits.messageBlocks, charactersMax = 13_200 } = {},
): string[] {
  const report = new Report();
  if (blocks.length > blocksMax) report.add('blocks', `${blocks.length} blocks, at most ${blocksMax}`);
  const ids = new Set<string>();
  blocks.forEach((block, index) => {
    const at = `blocks[${index}]`;
    if (!report.isDict(at, block)) return;
    const id = block['block_id'];
    if (typeof id === 'string') {
      report.length(`${at}.block_id`, id, limits.blockId);
      if (ids.has(id)) report.add(`${at}.block_id`, 'is there twice');
      ids.add(id);
    }
    blockProblem(report, at, block);
  });
  const count = (type: string): number => blocks.filter((block) => (block as Dict)?.['type'] === type).length;
  if (count('table') > limits.tables) report.add('blocks', 'only one table is allowed');
  if (count('data_visualization') > limits.charts) report.add('blocks', 'only two charts are allowed');
  if (codePoints(JSON.stringify(blocks)) > charactersMax) report.add('blocks', 'msg_blocks_too_long');
  return report.problems;
}

type Check = (report: Report, at: string, block: Dict) => void;

const checks: Readonly<Record<string, Check>> = {
  header(report, at, { text }) {
    textProblems(report, `${at}.text`, text, limits.header, 'plain_text');
  },
  divider() {},
  section: sectionProblems,
  context(report, at, { elements }) {
    report.each(`${at}.elements`, elements, 1, limits.contextElements, (where, element) => {
      if (element['type'] === 'image') report.text(`${where}.alt_text`, element['alt_text'], limits.alt);
      else textProblems(report, where, element, limits.sectionText);
    });
  },
  actions: actionsProblems,
  image(report, at, block) {
    report.text(`${at}.alt_text`, block['alt_text'], limits.alt);
    if (block['slack_file'] === undefined)
      report.text(`${at}.image_url`, block['image_url'], limits.imageUrl);
  },
  rich_text: richTextProblems,
  table: tableProblems,
  data_visualization: visualizationProblems,
  input(report, at, { label, hint, element }) {
    textProblems(report, `${at}.label`, label, limits.inputLabel, 'plain_text');
    if (hint !== undefined) textProblems(report, `${at}.hint`, hint, limits.inputHint, 'plain_text');
    if (report.isDict(`${at}.element`, element)) elementProblems(report, `${at}.element`, element);
  },
};

function blockProblem(report: Report, at: string, block: Dict): void {
  const type = String(block['type']);
  if (Object.hasOwn(checks, type)) checks[type](report, at, block);
  else report.add(at, `unknown type ${type}`);
}

function sectionProblems(report: Report, at: string, block: Dict): void {
  if (block['text'] === undefined && block['fields'] === undefined)
    report.add(at, 'has no text and no fields');
  if (block['text'] !== undefined) textProblems(report, `${at}.text`, block['text'], limits.sectionText);
  if (block['fields'] !== undefined) {
    report.each(`${at}.fields`, block['fields'], 1, limits.sectionFields, (where, field) =>
      textProblems(report, where, field, limits.fieldText),
    );
  }
}

function actionsProblems(report: Report, at: string, block: Dict): void {
  const ids = new Set<unknown>();
  report.each(`${at}.elements`, block['elements'], 1, limits.actionsElements, (where, element) => {
    elementProblems(report, where, element);
    if (ids.has(element['action_id'])) report.add(`${where}.action_id`, 'is there twice');
    ids.add(element['action_id']);
  });
}
