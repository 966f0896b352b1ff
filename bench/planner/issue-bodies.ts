import { type NextNumber, oneOf, wholeNumber } from "../seeded-numbers.ts";

const SENTENCES = [
  "The import stops when a row has more columns than the header line.",
  "Customers with several accounts see the balance of the wrong one after they switch.",
  "We measured it twice: the second request is slower than the first, on every machine.",
  "Please keep the public functions as they are; only the storage behind them changes.",
  "It works in the preview and fails in production, so the configuration is suspected.",
  "The old behaviour is described in the handbook, and nobody remembers why it is so.",
  "A test should fail before the change and pass after it, including the empty list.",
  "This came up in the review of the last release and was put off until now.",
] as const;

const MARKED = [
  "## Context",
  "### Steps to reproduce",
  "**Expected:** the list is sorted by name.",
  "Call `openStore()` twice and look at `store.size`, see [the notes](https://example.org/notes).",
  "- open the settings\n- choose *another* account\n- come back",
  "1. install\n2. start it with `--verbose`\n3. wait a minute",
  "```ts\nconst store = openStore();\n\nawait store.write(rows);\n```",
  "- [ ] code\n- [x] tests\n- [ ] documentation",
] as const;

const UNUSUAL = [
  "Größe und Umlaute bleiben erhalten – auch im Export.",
  "It says “done” 🎉 and nothing happened.",
] as const;

/**
 * Writes a body as people do: one to six paragraphs, two thirds of them with markup somewhere, a
 * fifth with other than ASCII characters, half with the line ends of a browser. `blockers` are
 * declared in one of the usual forms, before or after the rest.
 */
export function writeBody(next: NextNumber, blockers: readonly number[]): string {
  const hasMarkup = next() < 0.66;
  const parts: string[] = [];
  for (let count = wholeNumber(next, 1, 6); count > 0; count -= 1) {
    parts.push(hasMarkup && next() < 0.6 ? oneOf(next, MARKED) : writeParagraph(next));
  }
  if (next() < 0.2) {
    parts.push(oneOf(next, UNUSUAL));
  }
  if (blockers.length > 0) {
    const declaration = declareBlockers(next, blockers);
    parts.splice(next() < 0.3 ? 0 : parts.length, 0, declaration);
  }
  const body = parts.join("\n\n");
  return next() < 0.5 ? body.replaceAll("\n", "\r\n") : body;
}

function writeParagraph(next: NextNumber): string {
  return Array.from({ length: wholeNumber(next, 1, 3) }, () => oneOf(next, SENTENCES)).join(" ");
}

function declareBlockers(next: NextNumber, blockers: readonly number[]): string {
  const names = blockers.map((blocker) => `#${blocker}`);
  const forms = [
    `Blocked by ${names.join(", ")}`,
    `Depends on ${names.join(" and ")}`,
    names.map((name) => `- Blocked by ${name}`).join("\n"),
    `**Blocked by:** ${names.join(", ")}`,
    `## Depends on\n\n${names.map((name) => `- ${name}`).join("\n")}`,
  ] as const;
  return oneOf(next, forms);
}
