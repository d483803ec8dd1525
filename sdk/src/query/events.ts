/** One event of `text/event-stream` (WHATWG HTML, section 9.2). */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
  readonly id: string;
}

/** An event may not be longer than this, in characters: what is longer ends the stream. */
const EVENT_LENGTH_MAX = 64 * 1024 * 1024;

/** Puts the pieces of an event stream together. Lines end in LF, CR or both; comments and empty events are left out. */
export class EventStreamParser {
  #rest = '';
  #afterCarriageReturn = false;
  #type = '';
  #data: string[] = [];
  #length = 0;
  #id = '';

  push(text: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let buffer = this.#rest + text;
    if (this.#afterCarriageReturn && text.startsWith('\n')) buffer = this.#rest + text.slice(1);
    if (text !== '') this.#afterCarriageReturn = text.endsWith('\r');
    const lines = buffer.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#line(line);
      if (event !== undefined) events.push(event);
    }
    if (this.#rest.length + this.#length > EVENT_LENGTH_MAX)
      throw new Error('an event of the stream is too long');
    return events;
  }

  #line(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (name === 'data') {
      this.#data.push(value);
      this.#length += value.length;
    } else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #dispatch(): ServerSentEvent | undefined {
    const data = this.#data;
    const type = this.#type === '' ? 'message' : this.#type;
    this.#data = [];
    this.#type = '';
    this.#length = 0;
    return data.length === 0 ? undefined : { type, data: data.join('\n'), id: this.#id };
  }
}
