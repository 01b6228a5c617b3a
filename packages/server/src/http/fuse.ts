/** `POST /api/v1/fuse`: a caller's own opinions, fused on a thread of their own. */
import { ErrorResponse, FuseRequest, FuseResponse } from '@vortexflow/protocol';
import type { JsonLimits } from '@vortexflow/validation';
import type { BatchFusion } from '../fusing/batch-fusion.ts';
import { CHECKED, collectedBody, hasLeft, whileHeld } from '../reading/checked-parser.ts';
import type { CollectedBody } from '../reading/collected-body.ts';
import type { App } from './app-type.ts';

const NO_BODY: CollectedBody = { bytes: Buffer.alloc(0), length: 0 };

/**
 * The scope must hold nothing else: JSON arrives here as bytes, for the thread to parse.
 * @param bodyLimit of its body, bytes
 */
export function registerFuse(app: App, fusion: BatchFusion, bodyLimit: number, jsonLimits: () => JsonLimits): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', collectedBody);
  app.addHook('preClose', () => fusion.stop());
  app.post(
    '/api/v1/fuse',
    {
      config: { permission: 'ask' },
      bodyLimit,
      schema: {
        tags: ['ask'],
        summary: 'Fuse your own opinions',
        description:
          'Learns from the labelled items in "train", answers "items", and keeps nothing. Answers that say the same ' +
          'meet: "12 May 1990" and "May 12, 1990", "1,000 km" and "1000 kilometres", "Yes" and "true". So do two ' +
          'names that mean one thing in the knowledge and nothing else; an ambiguous name stays what it is. At most ' +
          '20,000 names are looked up: beyond that the flags say "names:partial". With "labels" ' +
          'the set is closed, and every answer must be one of them. Computed beside the event loop, one batch at a time.',
        body: FuseRequest,
        response: { 200: FuseResponse, 400: ErrorResponse, 413: ErrorResponse, 415: ErrorResponse, 503: ErrorResponse },
      },
      ...CHECKED,
    },
    async (request, reply) => {
      const body = (request.body as unknown as CollectedBody | undefined) ?? NO_BODY;
      const job = { body, limits: jsonLimits(), requestId: request.id };
      const fused = await whileHeld(
        request,
        fusion.fuse(job, () => hasLeft(request)),
      );
      reply.type('application/json; charset=utf-8');
      // Already JSON: the serializer passes bytes on as they are.
      return reply.send(Buffer.from(fused.buffer, fused.byteOffset, fused.byteLength) as never);
    },
  );
}
