/** Thrown when a setting holds what it cannot hold. The message names the setting and what it takes, and shows no secret. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}
