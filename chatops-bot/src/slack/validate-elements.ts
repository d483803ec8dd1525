import { limits } from './limits.ts';
import { type Dict, type Report, textProblems } from './validate-parts.ts';

/** Buttons, menus and inputs. */
export function elementProblems(report: Report, at: string, element: Dict): void {
  report.text(`${at}.action_id`, element['action_id'], limits.actionId);
  switch (element['type']) {
    case 'button':
      textProblems(report, `${at}.text`, element['text'], limits.buttonText, 'plain_text');
      if (element['value'] !== undefined) report.text(`${at}.value`, element['value'], limits.buttonValue);
      if (element['url'] !== undefined) report.text(`${at}.url`, element['url'], limits.url);
      if (!['primary', 'danger', undefined].includes(element['style'] as string | undefined)) {
        report.add(`${at}.style`, 'must be primary or danger');
      }
      if (element['confirm'] !== undefined) confirmProblems(report, `${at}.confirm`, element['confirm']);
      return;
    case 'static_select':
      if (element['placeholder'] !== undefined) {
        textProblems(report, `${at}.placeholder`, element['placeholder'], limits.placeholder, 'plain_text');
      }
      optionProblems(report, at, element, limits.selectOptions);
      return;
    case 'overflow':
      optionProblems(report, at, element, limits.overflowOptions);
      return;
    case 'plain_text_input':
      return;
    default:
      report.add(at, `unknown element ${String(element['type'])}`);
  }
}

function optionProblems(report: Report, at: string, element: Dict, countMax: number): void {
  report.each(`${at}.options`, element['options'], 1, countMax, (where, option) => {
    textProblems(report, `${where}.text`, option['text'], limits.optionText);
    report.text(`${where}.value`, option['value'], limits.optionValue);
  });
}

function confirmProblems(report: Report, at: string, confirm: unknown): void {
  if (!report.isDict(at, confirm)) return;
  textProblems(report, `${at}.title`, confirm['title'], limits.confirmTitle, 'plain_text');
  textProblems(report, `${at}.text`, confirm['text'], limits.confirmText);
  textProblems(report, `${at}.confirm`, confirm['confirm'], limits.confirmButton, 'plain_text');
  textProblems(report, `${at}.deny`, confirm['deny'], limits.confirmButton, 'plain_text');
}

/** Sections, lists and preformatted text. */
export function richTextProblems(report: Report, at: string, block: Dict): void {
  report.each(`${at}.elements`, block['elements'], 1, 1000, (where, part) => {
    switch (part['type']) {
      case 'rich_text_section':
      case 'rich_text_preformatted':
      case 'rich_text_quote':
        inlineProblems(report, where, part);
        return;
      case 'rich_text_list':
        report.each(`${where}.elements`, part['elements'], 1, 1000, (inner, section) => {
          if (section['type'] !== 'rich_text_section') report.add(inner, 'must be a rich_text_section');
          inlineProblems(report, inner, section);
        });
        return;
      default:
        report.add(where, `unknown type ${String(part['type'])}`);
    }
  });
}

function inlineProblems(report: Report, at: string, part: Dict): void {
  report.each(`${at}.elements`, part['elements'], 1, 1000, (where, element) => {
    switch (element['type']) {
      case 'text':
        return report.text(`${where}.text`, element['text'], limits.sectionText);
      case 'link':
        return report.text(`${where}.url`, element['url'], limits.url);
      case 'user':
        return report.text(`${where}.user_id`, element['user_id'], 30);
      case 'date':
        report.text(`${where}.format`, element['format'], 200);
        if (!Number.isSafeInteger(element['timestamp'])) report.add(where, 'timestamp must be whole seconds');
        return;
      default:
        report.add(where, `unknown element ${String(element['type'])}`);
    }
  });
}

export function tableProblems(report: Report, at: string, block: Dict): void {
  const { rows } = block;
  if (!Array.isArray(rows) || rows.length < 1 || rows.length > limits.tableRows) {
    report.add(`${at}.rows`, `must be 1 to ${limits.tableRows} rows`);
    return;
  }
  rows.forEach((row: unknown, i) => {
    report.each(`${at}.rows[${i}]`, row, 1, limits.tableColumns, (where, cell) => {
      if (cell['type'] === 'raw_text') report.text(`${where}.text`, cell['text'], limits.sectionText);
      else if (cell['type'] !== 'rich_text') report.add(where, `unknown cell ${String(cell['type'])}`);
    });
    if (Array.isArray(row) && row.length !== (rows[0] as unknown[]).length) {
      report.add(`${at}.rows[${i}]`, 'has another number of cells than the first');
    }
  });
}

export function visualizationProblems(report: Report, at: string, block: Dict): void {
  report.text(`${at}.title`, block['title'], limits.chartTitle);
  const { chart } = block;
  if (!report.isDict(`${at}.chart`, chart)) return;
  const axis = chart['axis_config'];
  const categories = report.isDict(`${at}.chart.axis_config`, axis) ? axis['categories'] : undefined;
  const labels = Array.isArray(categories) ? (categories as unknown[]) : [];
  if (labels.length < 1 || labels.length > limits.chartPoints) {
    report.add(`${at}.chart.axis_config.categories`, `must be 1 to ${limits.chartPoints}`);
  }
  if (new Set(labels).size !== labels.length) report.add(`${at}.chart`, 'categories must all be different');
  for (const label of labels) report.text(`${at}.chart.categories`, label, limits.chartLabel);
  const names = new Set<unknown>();
  report.each(`${at}.chart.series`, chart['series'], 1, limits.chartSeries, (where, series) => {
    report.text(`${where}.name`, series['name'], limits.chartLabel);
    if (names.has(series['name'])) report.add(`${where}.name`, 'is there twice');
    names.add(series['name']);
    report.each(`${where}.data`, series['data'], 1, limits.chartPoints, (inner, point) => {
      if (!Number.isFinite(point['value'])) report.add(inner, 'value must be a number');
      if (!labels.includes(point['label'])) report.add(inner, 'label is not among the categories');
    });
  });
}
