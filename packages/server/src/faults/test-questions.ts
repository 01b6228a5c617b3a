/** Requests that the tests of the faults send. */
/** Asks a question, past the cache. */
export const ask = (url: string, input: string): Promise<Response> =>
  fetch(`${url}/api/v1/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input, cache: false }),
  });

/** Adds one document. */
export const add = ({ url, key }: { url: string; key: string }, id: string, text: string): Promise<Response> =>
  fetch(`${url}/api/v1/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ documents: [{ id, title: id, text }] }),
  });
