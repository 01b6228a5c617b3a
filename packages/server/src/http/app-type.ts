/** The server's type, with typed schemas and the permission that every route names. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Permission, Principal } from '@vortexflow/identity';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to do; a route without it is refused at start. */
    permission?: Permission;
  }
  interface FastifyRequest {
    /** Who is calling. */
    principal: Principal;
  }
}

/** The HTTP server; request and response types follow from the schemas of each route. */
export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;
