/**
 * Limits of Block Kit (docs.slack.dev/reference/block-kit). Lengths are in Unicode code points.
 */
export const limits = {
  messageBlocks: 50,
  viewBlocks: 100,
  /** Not documented: over about 13,200 characters a message is refused with `msg_blocks_too_long` (slackapi/bolt-js#2509). */
  messageCharacters: 12_000,
  blockId: 255,
  actionId: 255,
  header: 150,
  sectionText: 3000,
  sectionFields: 10,
  fieldText: 2000,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  optionText: 75,
  optionValue: 150,
  selectOptions: 100,
  overflowOptions: 5,
  placeholder: 150,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  imageUrl: 3000,
  alt: 2000,
  tableRows: 100,
  tableColumns: 20,
  tables: 1,
  charts: 2,
  chartTitle: 50,
  chartSeries: 12,
  chartPoints: 20,
  chartLabel: 20,
  chartAxisLabel: 50,
  modalTitle: 24,
  modalSubmit: 24,
  privateMetadata: 3000,
  inputLabel: 2000,
  inputHint: 2000,
  /** `text` of a message: cut by Slack at 40,000; 4,000 is what it recommends. */
  text: 4000,
} as const;

/** Length as Slack counts it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
