const TOKEN_KEY = 'statbar-token';

/** The token that the person gave, kept for this tab only. */
export function token() {
  return sessionStorage.getItem(TOKEN_KEY) ?? '';
}

export function rememberToken(text) {
  sessionStorage.setItem(TOKEN_KEY, text);
}

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function headers() {
  return token() === '' ? {} : { Authorization: `Bearer ${token()}` };
}

async function failure(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError(response.status, body.error ?? `the service answered ${response.status}`);
}

export async function get(path, parameters = {}) {
  const query = new URLSearchParams(parameters);
  const response = await fetch(`${path}?${query}`, { headers: headers() });
  if (!response.ok) throw await failure(response);
  return response.json();
}

/** Data of a Prometheus API call, with what it warned about. */
export async function prometheus(path, parameters) {
  const answer = await get(`api/v1/${path}`, parameters);
  return { data: answer.data, notes: [...(answer.warnings ?? []), ...(answer.infos ?? [])] };
}

/** Server-sent events read by hand, because EventSource cannot send a token. Ends when `signal` aborts. */
export async function listen(path, parameters, signal, onEvent) {
  const response = await fetch(`${path}?${new URLSearchParams(parameters)}`, { headers: headers(), signal });
  if (!response.ok) throw await failure(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value;
    let end = buffer.indexOf('\n\n');
    while (end >= 0) {
      const event = parseEvent(buffer.slice(0, end));
      if (event !== undefined) onEvent(event);
      buffer = buffer.slice(end + 2);
      end = buffer.indexOf('\n\n');
    }
  }
}

function parseEvent(block) {
  const fields = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return fields.data === undefined ? undefined : { kind: fields.event, data: JSON.parse(fields.data) };
}
