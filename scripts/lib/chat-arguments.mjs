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
  return { chat, bot, service, serviceUrl: urlOf(service), stateFolder: stateOf(service) };
}

/** Where the bot keeps what has to outlive a restart: with the service's data; undefined: where its own configuration says. */
function stateOf(service) {
  const folder = valueFor(service, '--data');
  return folder === undefined ? undefined : `${folder}/chat`;
}

function valueFor(args, name) {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at < 0) return undefined;
  return args[at].includes('=') ? args[at].slice(name.length + 1) : args[at + 1];
}

/** Where the bot finds the service; undefined: where its own configuration says. */
function urlOf(service) {
  const address = valueFor(service, '--listen');
  const [, host, port] = /^(.*):(\d+)$/.exec(address ?? '') ?? [];
  if (port === undefined || port === '0') return undefined;
  return `http://${['', '0.0.0.0', '[::]'].includes(host) ? '127.0.0.1' : host}:${port}`;
}
