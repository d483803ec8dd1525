import type { Answer } from '../fake-http.ts';
import {
  BOT_ID,
  splitThread,
  TENANT_ID,
  type TeamsActivity,
  type TeamsConversation,
  type TeamsUser,
  type TeamsWorld,
} from './conversations.ts';

/** A request to the connector, cut into its parts. */
export interface ConnectorCall {
  readonly method: string;
  /** Of the connector that was asked. */
  readonly region: string;
  /** As it is in the path; with `;messageid=` for a thread. Undefined when a conversation is created. */
  readonly conversation: string | undefined;
  readonly activityId: string | undefined;
  readonly kind: 'activities' | 'members' | 'create' | 'unknown';
  readonly memberId: string | undefined;
  readonly body: TeamsActivity;
}

/** Teams counts a message without the pictures that are in it. */
const MESSAGE_BYTES_MAX = 100 * 1024;

export function refuse(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

export function readCall(method: string, pathname: string, body: string): ConnectorCall {
  const [, region = '', path = ''] = /^(?:\/([a-z]+))?\/v3\/conversations\/?(.*)$/.exec(pathname) ?? [];
  const parts = path === '' ? [] : path.split('/').map(decodeURIComponent);
  const [conversation, kind, id] = parts;
  const parsed = body === '' ? {} : (JSON.parse(body) as TeamsActivity);
  const common = {
    method,
    region,
    conversation: undefined,
    activityId: undefined,
    memberId: undefined,
    body: parsed,
  };
  if (conversation === undefined) return { ...common, kind: 'create' };
  if (kind === 'activities') return { ...common, conversation, kind, activityId: id };
  if (kind === 'members' || kind === 'pagedMembers') {
    return { ...common, conversation, kind: 'members', memberId: id };
  }
  return { ...common, conversation, kind: 'unknown' };
}

/** Does what the connector does; the answer, and the message that it was about. */
export function runCall(
  call: ConnectorCall,
  world: TeamsWorld,
  sizeBytes: number,
): { answer: Answer; messageId?: string } {
  if (call.kind === 'create') return create(call, world, sizeBytes);
  const { conversation: id, threadId } = splitThread(call.conversation ?? '');
  const conversation = world.conversations.get(id);
  if (conversation === undefined || conversation.region !== call.region) {
    return { answer: refuse(404, 'ConversationNotFound', 'Conversation not found.') };
  }
  if (!conversation.hasBot) {
    return {
      answer: refuse(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.'),
    };
  }
  if (call.kind === 'members') return { answer: members(call, conversation) };
  if (call.kind !== 'activities') return { answer: refuse(404, 'NotFound', 'No such operation.') };
  const problem = activityProblem(call, sizeBytes);
  if (call.method !== 'DELETE' && problem !== undefined) return { answer: problem };
  return activity(call, world, conversation, threadId);
}

function activity(
  { method, activityId, body }: ConnectorCall,
  world: TeamsWorld,
  conversation: TeamsConversation,
  threadId: string | undefined,
): { answer: Answer; messageId?: string } {
  if (activityId === undefined) {
    // In a channel, what is addressed to a message that is gone is refused.
    if (threadId !== undefined && world.find(conversation.id, threadId) === undefined) {
      return { answer: refuse(404, 'ConversationNotFound', 'The thread does not exist.') };
    }
    const message = world.add(conversation.id, threadId, BOT_ID, body);
    return { answer: { status: 201, body: { id: message.id } }, messageId: message.id };
  }
  const message = world.find(conversation.id, activityId);
  if (message === undefined || message.from !== BOT_ID) {
    return { answer: refuse(404, 'ActivityNotFoundInConversation', 'Activity not found.') };
  }
  if (method === 'DELETE') message.deleted = true;
  else {
    message.activity = body;
    message.edits += 1;
    // A new card is new for everybody.
    message.views.clear();
  }
  return { answer: { status: 200, body: { id: activityId } }, messageId: activityId };
}

/** Begins a chat with one person, or a thread in a channel. */
function create(
  { body, region }: ConnectorCall,
  world: TeamsWorld,
  sizeBytes: number,
): { answer: Answer; messageId?: string } {
  const {
    members: given,
    channelData,
    activity: first,
  } = body as {
    members?: readonly { id?: string }[];
    channelData?: { channel?: { id?: string } };
    activity?: TeamsActivity;
  };
  const channelId = channelData?.channel?.id;
  const user = world.users.get(given?.[0]?.id ?? '') ?? byObjectId(world, given?.[0]?.id);
  const conversation =
    channelId !== undefined ? world.conversations.get(channelId) : user && world.personal(user, region);
  if (conversation === undefined)
    return { answer: refuse(400, 'BadSyntax', 'Neither a known member nor a channel.') };
  if (first === undefined) return { answer: { status: 201, body: { id: conversation.id } } };
  if (sizeBytes > MESSAGE_BYTES_MAX) return { answer: tooBig() };
  const message = world.add(conversation.id, undefined, BOT_ID, first);
  const id = channelId === undefined ? conversation.id : `${conversation.id};messageid=${message.id}`;
  return { answer: { status: 201, body: { id, activityId: message.id } }, messageId: message.id };
}

function byObjectId(world: TeamsWorld, id: string | undefined): TeamsUser | undefined {
  return [...world.users.values()].find(({ aadObjectId }) => aadObjectId === id);
}

function members({ memberId }: ConnectorCall, conversation: TeamsConversation): Answer {
  if (!conversation.tellsMembers) return refuse(403, 'Forbidden', 'The roster cannot be read.');
  const all = conversation.members.map(({ id, name, aadObjectId, email }) => ({
    id,
    name,
    objectId: aadObjectId,
    aadObjectId,
    email,
    userPrincipalName: email,
    tenantId: TENANT_ID,
    userRole: 'user',
  }));
  if (memberId === undefined) return { status: 200, body: all };
  const found = all.find(({ id, aadObjectId }) => id === memberId || aadObjectId === memberId);
  return found === undefined
    ? refuse(404, 'MemberNotFoundInConversation', 'Member not found in conversation.')
    : { status: 200, body: found };
}

function activityProblem({ body }: ConnectorCall, sizeBytes: number): Answer | undefined {
  if (sizeBytes > MESSAGE_BYTES_MAX) return tooBig();
  if (typeof body.type !== 'string') return refuse(400, 'BadSyntax', 'Activity has no type.');
  for (const attachment of body.attachments ?? []) {
    if (attachment.contentType !== 'application/vnd.microsoft.card.adaptive') continue;
    const card = attachment.content as { type?: unknown; version?: unknown; body?: unknown } | undefined;
    if (card?.type !== 'AdaptiveCard' || typeof card.version !== 'string') {
      return refuse(400, 'BadArgument', 'Failed to parse the adaptive card: type and version are required.');
    }
    if (Number(card.version) > 1.5) {
      return refuse(400, 'BadArgument', `Adaptive Card version ${card.version} is not supported.`);
    }
  }
  return undefined;
}

function tooBig(): Answer {
  return refuse(413, 'MessageSizeTooBig', 'Message size too large.');
}

/** Bytes of a message as Teams counts them. */
export function messageSizeBytes(body: string): number {
  return Buffer.byteLength(body.replace(/data:image\/[a-z+]+;base64,[A-Za-z0-9+/=]+/g, ''));
}
