/** The user can put this right; the message says what is wrong and how. Shown without a stack. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}
