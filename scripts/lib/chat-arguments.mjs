// Tells the bot's arguments of `npm start` from those of `statbar serve`.

/** `--chat` starts the bot, `--chat-config FILE` too and says what its configuration is. */
export function withoutChatArguments(args) {
  const service = [];
  const bot = [];
  let chat = false;
  for (let i = 0; i < args.length; i++) {
    const [name, ...value] = args[i].split('=');
    if (name === '--chat') chat = true;
    else if (name === '--chat-config') {
      chat = true;
      bot.push('--config', value.length > 0 ? value.join('=') : (args[++i] ?? ''));
    } else service.push(args[i]);
  }
  return { chat, bot, service, serviceUrl: urlOf(service) };
}

/** Where the bot finds the service; undefined: where its own configuration says. */
function urlOf(service) {
  const at = service.findIndex((arg) => arg === '--listen' || arg.startsWith('--listen='));
  if (at < 0) return undefined;
  const address = service[at].includes('=') ? service[at].slice('--listen='.length) : service[at + 1];
  const [, host, port] = /^(.*):(\d+)$/.exec(address ?? '') ?? [];
  if (port === undefined || port === '0') return undefined;
  return `http://${['', '0.0.0.0', '[::]'].includes(host) ? '127.0.0.1' : host}:${port}`;
}
