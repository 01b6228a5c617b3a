/** Serves the packages' sources to a page, so that a browser runs the same files as Node and no bundler comes between. */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';

const PACKAGES = new URL('../../../../', import.meta.url);

/** What a specifier is in the page; what is not named here must be a relative path. */
const IMPORTS: Readonly<Record<string, string>> = {
  '@vortexflow/primitives': '/primitives/src/index.ts',
  'node:assert/strict': '/layout/src/webgpu/page/strict-assert.ts',
  'node:test': '/layout/src/webgpu/page/case-collector.ts',
};
const EMPTY_PAGE = `<!doctype html><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

/** A server on the loopback interface. */
export interface SourceServer {
  /** Of an empty page; a source is at its path below `packages/`, like `/layout/src/kernel.ts`. */
  readonly address: string;
  close(): void;
}

/** Starts the server. */
export async function serveSources(): Promise<SourceServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/') response.setHeader('content-type', 'text/html').end(EMPTY_PAGE);
    else void sendSource(new URL(`.${path}`, PACKAGES), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** Types become blanks, so the lines and columns of an error in the page are those of the source. */
async function sendSource(file: URL, response: ServerResponse): Promise<void> {
  try {
    if (!file.href.startsWith(PACKAGES.href)) throw new Error('not a source');
    const source = stripTypeScriptTypes(await readFile(file, 'utf8'));
    response.setHeader('content-type', 'text/javascript').end(source);
  } catch (error) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end(String(error));
  }
}
