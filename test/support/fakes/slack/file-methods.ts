import { blockProblems } from './check-blocks.ts';
import {
  type Args,
  fail,
  failWith,
  isResult,
  json,
  type Method,
  type MethodContext,
  type Result,
  text,
} from './method.ts';
import { isFields } from './shapes.ts';
import type { SlackChannel, SlackFile } from './workspace.ts';

/* Uploads in three steps (docs.slack.dev, `files.getUploadURLExternal` and `files.completeUploadExternal`). */

const getUploadURL: Method = {
  scopes: ['files:write'],
  rate: 100,
  run(args, { workspace, url }) {
    const name = text(args, 'filename');
    const lengthBytes = Number(text(args, 'length'));
    if (name === undefined || !(lengthBytes > 0)) return fail('invalid_arguments');
    const id = workspace.nextId('F');
    const altText = text(args, 'alt_text') ?? '';
    workspace.files.set(id, {
      id,
      name,
      lengthBytes,
      altText,
      content: undefined,
      title: name,
      channels: [],
      completedAtMs: undefined,
    });
    return { ok: true, upload_url: `${url}/upload/v1/${id}`, file_id: id };
  },
};

/** The channels that a file is to be shared in, or why not. Unlike posting, it takes ids only. */
function destinations(args: Args, { workspace }: MethodContext): readonly SlackChannel[] | Result {
  const one = text(args, 'channel_id');
  const given = one === undefined ? (text(args, 'channels') ?? '').split(',') : [one];
  const channels: SlackChannel[] = [];
  for (const id of given.filter((each) => each !== '')) {
    const channel = workspace.users.has(id) ? workspace.directMessages(id) : workspace.channels.get(id);
    if (channel === undefined) return fail('channel_not_found');
    if (channel.isArchived) return fail('is_archived');
    if (!channel.isMember) return fail('not_in_channel');
    channels.push(channel);
  }
  // "Provide only one channel when using thread_ts", and none is nowhere.
  return text(args, 'thread_ts') !== undefined && channels.length !== 1
    ? fail('invalid_arguments')
    : channels;
}

/** What is said beside the files: a comment, or else blocks. */
function introduction(
  args: Args,
  { rules }: MethodContext,
): { readonly text: string; readonly blocks: readonly unknown[] } | Result {
  const comment = text(args, 'initial_comment') ?? '';
  if (comment !== '') return { text: comment, blocks: [] };
  const blocks = json(args, 'blocks');
  if (blocks === undefined) return fail('invalid_blocks_format');
  const { value = [] } = blocks;
  if (!Array.isArray(value)) return fail('invalid_blocks_format');
  const problems = blockProblems(value, 'message', rules);
  if (problems.length > 0) return failWith('invalid_blocks', problems);
  // slackapi/python-slack-sdk#1756: it takes them in messages only.
  if (value.some((block) => isFields(block) && block['type'] === 'markdown')) return fail('internal_error');
  return { text: '', blocks: value };
}

const completeUpload: Method = {
  scopes: ['files:write'],
  rate: 100,
  run(args, context) {
    const { workspace, nowMs } = context;
    const given = json(args, 'files')?.value;
    if (!Array.isArray(given) || given.length === 0) return fail('invalid_arguments');
    const files: SlackFile[] = [];
    for (const each of given) {
      const file = workspace.files.get(isFields(each) ? String(each['id']) : '');
      if (file?.content === undefined) return fail('file_not_found');
      files.push(file);
    }
    const channels = destinations(args, context);
    if (isResult(channels)) return channels;
    const said = introduction(args, context);
    if (isResult(said)) return said;
    for (const [i, file] of files.entries()) {
      file.title = isFields(given[i]) ? String(given[i]['title'] ?? file.name) : file.name;
      file.completedAtMs = nowMs;
      file.channels.push(...channels.map(({ id }) => id));
    }
    const fileIds = files.map(({ id }) => id);
    const threadTs = text(args, 'thread_ts');
    for (const { id } of channels) workspace.add(id, { ...said, metadata: undefined, threadTs, fileIds });
    return { ok: true, files: files.map(({ id, title }) => ({ id, title })) };
  },
};

const fileInfo: Method = {
  scopes: ['files:read'],
  rate: 100,
  run(args, { workspace }) {
    const file = workspace.files.get(text(args, 'file') ?? '');
    if (file === undefined) return fail('file_not_found');
    const shares = file.channels.flatMap((channel) =>
      (workspace.messages.get(channel) ?? [])
        .filter(({ fileIds, deleted }) => !deleted && fileIds.includes(file.id))
        .map(({ ts, threadTs }) => [channel, [{ ts, thread_ts: threadTs }]] as const),
    );
    const { id, name, title, channels } = file;
    return {
      ok: true,
      file: {
        id,
        name,
        title,
        mimetype: 'image/png',
        channels,
        shares: { public: Object.fromEntries(shares) },
      },
    };
  },
};

export const fileMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': getUploadURL,
  'files.completeUploadExternal': completeUpload,
  'files.info': fileInfo,
};
