const FORMS = [
  ["integer", /^[+-]?\d+$/],
  ["number", /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i],
  ["boolean", /^(true|false)$/i],
  ["date", /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/],
];

/**
 * Returns the narrowest type that fits all fields of a column: `integer`, `number`, `boolean`,
 * `date` or `text`. Empty fields do not count; a column without any value is `text`.
 */
export function typeOf(values) {
  const filled = values.filter((value) => value !== "");
  if (filled.length === 0) {
    return "text";
  }
  const match = FORMS.find(([, form]) => filled.every((value) => form.test(value)));
  return match === undefined ? "text" : match[0];
}
