/** Profiles: defaults for kinds of installations, above the general defaults and below whatever is configured. */
import { PROFILES, type Profile, type TableValues } from './table.ts';

/** `development` is what the general defaults are made for. */
export const PROFILE_DEFAULTS: Readonly<Record<Profile, Partial<TableValues>>> = {
  development: {},
  // Two processes, so that what happens only between them happens before production.
  staging: { workers: 2, logFormat: 'json', logLevel: 'debug' },
  production: { workers: 2, logFormat: 'json' },
};

/** The profile that NODE_ENV names; null when it names none. */
export function profileOfNodeEnv(value: string | undefined): Profile | null {
  return PROFILES.find((profile) => profile === value) ?? null;
}
