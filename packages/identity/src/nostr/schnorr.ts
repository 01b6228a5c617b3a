/** Schnorr signatures over secp256k1 (BIP 340), computed by libsecp256k1 in WebAssembly. */

/** @returns whether the signature is that of the message by the key; false for a key that is no point of the curve */
export type VerifySchnorr = (message: Buffer, publicKey: Buffer, signature: Buffer) => boolean;

let loading: Promise<VerifySchnorr> | null = null;

/** Read when somebody signs in for the first time: a server without Nostr does without its memory. */
export function loadSchnorr(): Promise<VerifySchnorr> {
  return (loading ??= import('tiny-secp256k1').then(
    ({ verifySchnorr }): VerifySchnorr =>
      (message, publicKey, signature) => {
        try {
          return verifySchnorr(message, publicKey, signature);
        } catch {
          // What is no key and what is no signature.
          return false;
        }
      },
  ));
}
