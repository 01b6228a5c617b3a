/** The page at `/` and its files, as the web package's build left them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { App } from './app-type.ts';

/** Folder of the built page, or null when it has not been built. */
function pageFolder(): string | null {
  // Built files, not an import: the page is a sibling that this package serves but does not know.
  const folder = fileURLToPath(new URL('../../../web/dist', import.meta.url));
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

const NOT_BUILT =
  'The page has not been built: run "npm run build:web", then start again. The interface is at /docs.\n';

export function registerPage(app: App): void {
  const folder = pageFolder();
  app.get('/openapi.json', { config: { permission: 'public' }, schema: { hide: true } }, () => app.swagger());
  if (folder === null) {
    app.get('/', { config: { permission: 'public' }, schema: { hide: true } }, (_request, reply) =>
      reply.code(503).type('text/plain').send(NOT_BUILT),
    );
    return;
  }
  void app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    // Names of assets carry a hash of their content; the page itself must always be asked for.
    setHeaders: (reply, path) =>
      void reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
}
