/** How an error crosses the wire. */
import { type Static, Type } from 'typebox';
import { RECOVERY_STRATEGIES } from './words.ts';

/** Body of every response with a status of 400 or more; its names are compatible with RFC 9457. */
export const ErrorResponse = Type.Object(
  {
    error_type: Type.String(),
    message: Type.String(),
    code: Type.String(),
    status: Type.Integer(),
    title: Type.String({ description: 'Same as error_type, under the name of RFC 9457.' }),
    flux_position: Type.Integer({ minimum: 0, maximum: 9 }),
    sacred_position: Type.Union([Type.Integer(), Type.Null()]),
    recovery_strategy: Type.Enum([...RECOVERY_STRATEGIES]),
    request_id: Type.String(),
    hint: Type.Optional(Type.String()),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: 'ErrorResponse' },
);
export type ErrorResponse = Static<typeof ErrorResponse>;
