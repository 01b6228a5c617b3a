/** What the routes of `/api/v1/auth` have in common. */
import { ErrorResponse } from '@vortexflow/protocol';
import { Type } from 'typebox';

/** How signing in may be refused. */
export const REFUSALS = {
  400: ErrorResponse,
  401: ErrorResponse,
  403: ErrorResponse,
  429: ErrorResponse,
  503: ErrorResponse,
};

/** Done, and nothing to say. */
export const NO_CONTENT = { 204: Type.Null() };

/** How dealing with records may be refused. */
export const RECORD_REFUSALS = { ...REFUSALS, 404: ErrorResponse, 409: ErrorResponse };

export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
