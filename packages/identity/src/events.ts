/** What happens to identities, for whoever keeps an audit trail. Holds no secret. */

export type IdentityEvent =
  | { readonly type: 'signed_in'; readonly subject: string; readonly how: string; readonly credential: string }
  | { readonly type: 'signed_out'; readonly subject: string; readonly credential: string }
  | { readonly type: 'sign_in_refused'; readonly how: string; readonly subject: string | null }
  | { readonly type: 'second_factor_refused'; readonly subject: string; readonly failures: number }
  | { readonly type: 'second_factor_locked'; readonly subject: string }
  | { readonly type: 'second_factor_enrolled' | 'second_factor_removed'; readonly subject: string; readonly by: string }
  | {
      readonly type: 'key_created';
      readonly subject: string;
      readonly credential: string;
      readonly scopes: readonly string[];
    }
  | {
      readonly type: 'key_revoked' | 'session_revoked';
      readonly subject: string;
      readonly credential: string;
      readonly by: string;
    }
  | { readonly type: 'user_created' | 'user_changed' | 'user_removed'; readonly subject: string; readonly by: string }
  | { readonly type: 'link_created'; readonly by: string };

export type TellIdentity = (event: IdentityEvent) => void;
