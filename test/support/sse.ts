/** Data of server-sent events, as parsed JSON, until the stream ends or the reader leaves the loop. */
export async function* eventData<T>(response: Response): AsyncGenerator<T> {
  if (response.body === null) throw new Error('the answer has no body');
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield JSON.parse(data) as T;
    }
  }
}
