/** Secrets that the settings refer to, as far as they can be known at the start: for whoever must keep them out of texts. */
import { readFileSync } from 'node:fs';
import type { KeyReference } from '@vortexflow/answering';
import type { Settings } from './settings.ts';

/** Those that cannot be read now are left out: whoever needs them says so. */
export function secretsOf({ values }: Settings): string[] {
  const { models, embeddings } = values;
  const variables = [values.storePasswordEnv, values.auditNostrKeyEnv, values.alertUrlEnv, values.alertKeyEnv];
  const files = [
    values.storePasswordFile,
    values.auditNostrKeyFile,
    values.ownerKeyFile,
    values.alertUrlFile,
    values.alertKeyFile,
  ];
  const references = [
    ...models.map(({ key }) => key),
    embeddings?.key ?? null,
    ...variables.map((env) => (env === null ? null : { env })),
    ...files.map((file) => (file === null ? null : { file })),
  ];
  return references.flatMap((reference) => (reference === null ? [] : (secretOf(reference) ?? [])));
}

function secretOf(reference: KeyReference): string | null {
  try {
    const text =
      'env' in reference ? process.env[reference.env] : readFileSync(reference.file, 'utf8').split(/\r?\n/, 1)[0];
    return text?.trim() || null;
  } catch {
    return null;
  }
}
