/** Everything below `/api/v1/auth`. */
import type { App } from '../app-type.ts';
import type { ServerContext } from '../services.ts';
import { keepBodyHashes } from './body-hash.ts';
import { registerKeys } from './keys.ts';
import { registerOwnAccount } from './own-account.ts';
import { registerQuota } from './quota.ts';
import { registerSignIn } from './sign-in.ts';
import { registerUsers } from './users.ts';

/** @param scope of its own: bodies are read here so that their hashes are known */
export function registerAuth(scope: App, context: ServerContext): void {
  keepBodyHashes(scope, context.validation);
  // One row of limits for all of them, as the front has it.
  scope.addHook('onRoute', (route) => {
    route.bodyLimit ??= context.bodyLimits.auth;
    route.config = { ...route.config, checks: { body: 'auth', ...route.config?.checks } };
  });
  registerSignIn(scope, context);
  registerOwnAccount(scope, context);
  registerQuota(scope, context);
  registerKeys(scope, context);
  registerUsers(scope, context);
}
