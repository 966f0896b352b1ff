type Encoder = (value: string) => string;

function base64Tail(value: string, dropped: number): string {
  const bytes = Buffer.from(value).subarray(dropped);
  // The last group holds bits of what follows, so only whole groups can be recognised.
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
}

/**
 * The forms in which a secret may show up in a log: the runner's list without the two that only
 * PowerShell makes.
 */
const ENCODERS: readonly Encoder[] = [
  (value) => value,
  (value) => Buffer.from(value).toString("base64").replace(/=+$/, ""),
  (value) => base64Tail(value, 1),
  (value) => base64Tail(value, 2),
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  (value) => JSON.stringify(value).slice(1, -1),
  (value) => encodeURIComponent(value),
  (value) =>
    value
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&apos;"),
  (value) => value.replace(/^"([^]*)"$/, "$1"),
];

/** Shorter encoded forms would mask harmless text. */
const SHORTEST_ENCODED = 6;

/** Replaces known secrets, in all forms they are likely to be printed in, by three asterisks. */
export class Masker {
  readonly #masks = new Set<string>();

  /** Adds the value and each of its lines; blank ones are ignored, as they would mask everything. */
  add(value: string): void {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      const trimmed = part.trim();
      if (trimmed === "") {
        continue;
      }
      this.#masks.add(trimmed);
      for (const encode of ENCODERS) {
        const encoded = encode(trimmed);
        if (encoded.length >= SHORTEST_ENCODED) {
          this.#masks.add(encoded);
        }
      }
    }
  }

  mask(text: string): string {
    const spans = [...this.#masks].flatMap((mask) => occurrences(text, mask));
    if (spans.length === 0) {
      return text;
    }
    let masked = "";
    let position = 0;
    for (const [start, end] of merge(spans)) {
      masked += `${text.slice(position, start)}***`;
      position = end;
    }
    return masked + text.slice(position);
  }
}

type Span = readonly [start: number, end: number];

function occurrences(text: string, mask: string): readonly Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(mask); at >= 0; at = text.indexOf(mask, at + 1)) {
    spans.push([at, at + mask.length]);
  }
  return spans;
}

/** Joins spans that overlap or touch, so that one secret inside another leaves no rest. */
function merge(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && span[0] <= last[1]) {
      merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])];
    } else {
      merged.push(span);
    }
  }
  return merged;
}
