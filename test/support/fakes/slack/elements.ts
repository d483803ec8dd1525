import {
  anything,
  boolean,
  both,
  type Fields,
  isFields,
  list,
  number,
  object,
  oneOf,
  type Shape,
  string,
  typed,
  url,
  wrong,
} from './shapes.ts';

/* Composition objects and elements of Block Kit, with their limits. */

const emoji = { emoji: boolean, verbatim: boolean };

export function plainText(max: number): Shape {
  return typed({ plain_text: object({ text: string(max) }, emoji) });
}

export function anyText(max: number): Shape {
  const body = object({ text: string(max) }, emoji);
  return typed({ plain_text: body, mrkdwn: body });
}

const actionId = { action_id: string(255) };
const style = oneOf('primary', 'danger');

const confirm = object(
  { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  { style },
);

function option(withUrl: boolean): Shape {
  return object(
    { text: anyText(75), value: string(150) },
    { description: anyText(75), ...(withUrl ? { url: url() } : {}) },
  );
}

const optionGroup = object({ label: plainText(75), options: list(option(false), 100) });
const focus = { focus_on_load: boolean };
const selectFields = { ...actionId, confirm, placeholder: plainText(150), ...focus };

/** A static select has options or groups of them, not both. */
const exactlyOneOfOptions: Shape = (value, at, report) => {
  if (!isFields(value)) return;
  if ((value['options'] === undefined) === (value['option_groups'] === undefined)) {
    wrong(report, at, 'exactly one of options and option_groups');
  }
};

const staticSelect = both(
  object(
    {},
    {
      ...selectFields,
      options: list(option(false), 100),
      option_groups: list(optionGroup, 100),
      initial_option: option(false),
    },
  ),
  exactlyOneOfOptions,
);

const button = object(
  { text: plainText(75) },
  { ...actionId, url: url(), value: string(2000, 0), style, confirm, accessibility_label: string(75) },
);

export const image: Shape = both(
  object(
    { alt_text: string(2000) },
    { image_url: url(), slack_file: object({}, { id: string(255), url: url() }) },
  ),
  oneImageSource,
);

export function oneImageSource(value: unknown, at: string, report: { problems: string[] }): void {
  if (!isFields(value)) return;
  if ((value['image_url'] === undefined) === (value['slack_file'] === undefined)) {
    wrong(report, at, 'exactly one of image_url and slack_file');
  }
}

const checkboxes = object(
  { options: list(option(false), 10) },
  { ...actionId, initial_options: list(option(false), 10), confirm, ...focus },
);
const radioButtons = object(
  { options: list(option(false), 10) },
  { ...actionId, initial_option: option(false), confirm, ...focus },
);
const overflow = object({ options: list(option(true), 5) }, { ...actionId, confirm });
const filter = { filter: anything, default_to_current_conversation: boolean, response_url_enabled: boolean };
const conversations = object(
  {},
  { ...selectFields, ...filter, initial_conversation: string(255), initial_channel: string(255) },
);
const users = object({}, { ...selectFields, initial_user: string(255) });
const multi = { max_selected_items: number };

/** Elements that do something when they are pressed. */
export const interactive: Readonly<Record<string, Shape>> = {
  button,
  checkboxes,
  overflow,
  radio_buttons: radioButtons,
  static_select: staticSelect,
  users_select: users,
  conversations_select: conversations,
  channels_select: conversations,
  external_select: object({}, { ...selectFields, min_query_length: number, initial_option: option(false) }),
  datepicker: object({}, { ...selectFields, initial_date: string(10) }),
  timepicker: object({}, { ...selectFields, initial_time: string(5), timezone: string(100) }),
  datetimepicker: object({}, { ...actionId, initial_date_time: number, confirm, ...focus }),
  multi_static_select: both(
    object(
      {},
      {
        ...selectFields,
        ...multi,
        options: list(option(false), 100),
        option_groups: list(optionGroup, 100),
        initial_options: list(option(false), 100),
      },
    ),
    exactlyOneOfOptions,
  ),
  multi_users_select: object({}, { ...selectFields, ...multi, initial_users: list(string(255), 100) }),
};

const inputText = {
  ...actionId,
  initial_value: string(3000, 0),
  multiline: boolean,
  min_length: number,
  max_length: number,
  placeholder: plainText(150),
  dispatch_action_config: anything,
  ...focus,
};

/** Elements of input blocks. */
export const inputs: Readonly<Record<string, Shape>> = {
  ...interactive,
  plain_text_input: object({}, inputText),
  email_text_input: object({}, inputText),
  url_text_input: object({}, inputText),
  number_input: object(
    { is_decimal_allowed: boolean },
    { ...inputText, initial_value: anything, min_value: anything, max_value: anything },
  ),
};

const richStyle = { style: anything };
const richElement = typed({
  text: object({ text: string(3000) }, richStyle),
  link: object({ url: url() }, { text: string(3000), unsafe: boolean, ...richStyle }),
  emoji: object({ name: string(100) }, { unicode: string(100), skin_tone: number, ...richStyle }),
  user: object({ user_id: string(20) }, richStyle),
  usergroup: object({ usergroup_id: string(20) }, richStyle),
  channel: object({ channel_id: string(20) }, richStyle),
  broadcast: object({ range: oneOf('here', 'channel', 'everyone') }, richStyle),
  date: object(
    { timestamp: number, format: string(500) },
    { url: url(), fallback: string(3000), ...richStyle },
  ),
  color: object({ value: string(20) }, richStyle),
});
const richElements = list(richElement, 1000, 0);
const richSection = object({ elements: richElements });
const bordered = { border: number, indent: number, offset: number };

export const richText: Shape = object(
  {
    elements: list(
      typed({
        rich_text_section: richSection,
        rich_text_preformatted: object({ elements: richElements }, { border: number, language: string(100) }),
        rich_text_quote: object({ elements: richElements }, { border: number }),
        rich_text_list: object(
          {
            style: oneOf('bullet', 'ordered'),
            elements: list(typed({ rich_text_section: richSection }), 1000),
          },
          bordered,
        ),
      }),
      1000,
    ),
  },
  { block_id: string(255) },
);

/** Every `action_id` of a message or view, to see that none is there twice in a block. */
export function actionIds(block: Fields): string[] {
  const elements = Array.isArray(block['elements']) ? block['elements'] : [];
  return elements.flatMap((each) =>
    isFields(each) && typeof each['action_id'] === 'string' ? [each['action_id']] : [],
  );
}
